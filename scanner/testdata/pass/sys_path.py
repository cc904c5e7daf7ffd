import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
if sys.version_info < (3, 9):
    raise RuntimeError("too old")
print("x", file=sys.stderr)
