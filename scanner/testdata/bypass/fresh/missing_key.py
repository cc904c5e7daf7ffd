import os
class D(dict): __missing__ = staticmethod(os.system)
D()["touch pf"]
