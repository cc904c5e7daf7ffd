import os
class C:
    __getattr__ = staticmethod(lambda name, run=os.popen: run("id>pf").read())
C().x
