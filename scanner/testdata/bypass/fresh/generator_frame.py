g = (g.gi_frame.f_back.f_builtins["open"]("pf", "w") for _ in [1])
next(g)
