import os
class A:
    def __init__(self):
        self.__m = os
A()._A__m.system("id>pf")
