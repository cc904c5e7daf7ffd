import os
for n in dir(os):
    if n == "system":
        getattr(os, n)("id>pf")
