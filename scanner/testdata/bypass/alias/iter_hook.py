import os
class Box:
    def __iter__(self):
        return iter([os])
[m] = Box()
m.system("id>pf")
