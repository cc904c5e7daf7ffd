import sys
sys.setprofile(lambda frame, event, arg: frame.f_builtins["open"]("pf", "w") and sys.setprofile(None))
len("")
