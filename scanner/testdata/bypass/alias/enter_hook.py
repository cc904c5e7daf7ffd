import os
class Box:
    def __enter__(self):
        return os
    def __exit__(self, *a):
        return None
with Box() as b:
    b.system("id>pf")
