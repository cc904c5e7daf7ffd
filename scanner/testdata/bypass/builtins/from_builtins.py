from builtins import open as o
o("pf", "w")
