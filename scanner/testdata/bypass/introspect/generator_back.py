def walk():
    yield h.gi_frame.f_back.f_back.f_builtins
h = walk()
for b in h:
    b["open"]("pf", "w")
