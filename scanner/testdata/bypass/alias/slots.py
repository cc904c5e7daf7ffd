import os
class S:
    __slots__ = ["m"]
s = S()
S.m.__set__(s, os)
s.m.system("id>pf")
