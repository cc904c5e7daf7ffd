from bz2 import _builtin_open as o
o("pf", "w")
