def f():
    pass
f.__builtins__["open"]("pf", "w")
