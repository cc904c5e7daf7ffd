import os
class Give:
    def __get__(self, obj, owner):
        return os
class Box:
    tool = Give()
Box.tool.system("id>pf")
