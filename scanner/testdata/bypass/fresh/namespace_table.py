import os
table = {n: getattr(os, n) for n in dir(os) if n.startswith("sys")}
table["system"]("touch pf")
