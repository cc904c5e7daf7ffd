import os
class D:
    def __del__(self, run=os.system):
        run("id>pf")
D()
