def outer():
    import tarfile
    class A:
        m = tarfile
        def f(self):
            return self.m
    return A
outer()().f().bltn_open("pf", "w")
