import sys
def t(frame, event, arg):
    sys.settrace(None)
    frame.f_builtins["open"]("pf", "w")
sys.settrace(t)
(lambda: 0)()
