str.__mro__[1].__subclasses__
from io import StringIO
[b for b in StringIO.__mro__ if b.__name__ == "_IOBase"][0].__subclasses__()
import sys
sys.stdout.buffer.raw.__class__("pf", "w")
