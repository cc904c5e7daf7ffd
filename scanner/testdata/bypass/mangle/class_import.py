class A:
    import subprocess as __s
    def go(self):
        return self.__s.getoutput("id>pf")
A().go()
