import os
class Box:
    def __new__(cls):
        return os
Box().system("id>pf")
