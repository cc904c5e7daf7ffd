import collections, os
N = collections.namedtuple("N", "system popen")
N(*[getattr(os, n) for n in N._fields]).system("id>pf")
