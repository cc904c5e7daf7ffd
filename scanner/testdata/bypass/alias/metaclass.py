import os
class Meta(type):
    tool = os
class Box(metaclass=Meta):
    pass
Box.tool.system("id>pf")
