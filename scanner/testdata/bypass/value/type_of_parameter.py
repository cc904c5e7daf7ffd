import sys
def again(x):
    return type(x)("pf", "w")
again(sys.stdin.buffer.raw)
