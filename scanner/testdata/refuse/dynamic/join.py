import os
n = "".join(["sys", "tem"])
getattr(os, n)("id")
