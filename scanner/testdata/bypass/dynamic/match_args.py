import os
class P:
    __match_args__ = ("system",)
class M(type):
    __instancecheck__ = lambda c, o: True
class Q(metaclass=M):
    __match_args__ = ("system",)
match os:
    case Q(run):
        run("id>pf")
