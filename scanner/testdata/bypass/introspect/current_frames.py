import sys
for f in sys._current_frames().values():
    f.f_builtins["open"]("pf", "w")
