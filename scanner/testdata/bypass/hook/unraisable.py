import sys, os
sys.unraisablehook = lambda a: os.system("id>pf")
class D:
    def __del__(self):
        raise ValueError
D()
