import json, random
for m, n in zip([json, random], "ab"):
    if n == "b":
        m._os.popen("id>pf").read()
