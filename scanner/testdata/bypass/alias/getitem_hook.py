import os
class Box:
    def __class_getitem__(cls, key):
        return os
Box[0].system("id>pf")
