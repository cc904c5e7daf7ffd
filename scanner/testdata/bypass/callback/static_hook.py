import os
class P:
    write = staticmethod(os.system)
print("id>pf", file=P, end="")
