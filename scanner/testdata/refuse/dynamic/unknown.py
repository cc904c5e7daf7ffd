import os
for n in dir(os):
    if n.startswith("sys"):
        getattr(os, n)("id")
