import json
class A(json.JSONEncoder if json else object):
    @staticmethod
    def touch(c):
        c.default = print
A.touch(A.__mro__[1]) if 0 else A.touch(A.__base__)
