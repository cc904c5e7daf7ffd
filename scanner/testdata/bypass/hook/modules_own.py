import sys, os
class M:
    system = staticmethod(os.popen)
sys.modules[__name__] = M
import sys as s
s.modules[__name__].system("id>pf").read()
