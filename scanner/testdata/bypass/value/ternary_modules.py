import re, enum
m = re if not enum else enum
m.bltns.open("pf", "w")
