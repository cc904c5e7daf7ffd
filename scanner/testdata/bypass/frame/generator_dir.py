def g():
    yield
h = g()
names = [n for n in dir(h) if n.startswith("gi_f")]
f = getattr(h, names[0])
b = getattr(f, [n for n in dir(f) if "buil" in n][0])
b["open"]("pf", "w")
