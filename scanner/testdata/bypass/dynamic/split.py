import os
first, second = "system popen".split()
getattr(os, first)("id>pf")
