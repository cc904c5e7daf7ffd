import os
n = ""
for c in (115, 121, 115, 116, 101, 109): n += chr(c)
getattr(os, n)("touch pf")
