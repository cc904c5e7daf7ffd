class A:
    __slots__ = ("__m",)
    def __init__(self):
        import os
        self.__m = os
    def go(self):
        getattr(self, "_A__m").system("id>pf")
A().go()
