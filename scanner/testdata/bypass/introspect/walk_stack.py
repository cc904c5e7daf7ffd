import traceback
for f, n in traceback.walk_stack(None):
    f.f_builtins["open"]("pf", "w")
    break
