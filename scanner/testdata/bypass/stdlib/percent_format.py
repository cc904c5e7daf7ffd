import os
class T(dict):
    __missing__ = lambda self, k: getattr(os, k)("id>pf")
"%(system)s" % T()
