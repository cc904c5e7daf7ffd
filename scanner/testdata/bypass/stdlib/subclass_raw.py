import sys
class F(type(sys.stdin.buffer.raw)):
    pass
F("pf", "w")
