def g():
    yield
h = g()
h.gi_frame.f_builtins["exec"]("open('pf','w')")
