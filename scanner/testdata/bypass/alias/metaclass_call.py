import os
class Meta(type):
    def __call__(cls, *a):
        return os
class Box(metaclass=Meta):
    pass
Box().system("id>pf")
