import os
key = 7
getattr(os, bytes(b ^ key for b in b"t~tsbj").decode())("id>pf")
