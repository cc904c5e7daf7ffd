import sys
type(sys.stdout.buffer.raw)("pf", "w")
