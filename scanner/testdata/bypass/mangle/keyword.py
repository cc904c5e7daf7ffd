class A:
    def f(self, **k):
        return k
    def go(self):
        import tarfile
        return self.f(__m=tarfile)["__m"].bltn_open("pf", "w")
A().go()
