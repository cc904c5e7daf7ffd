import os
class Box:
    def __getattr__(self, name):
        return os
Box().anything.system("id>pf")
