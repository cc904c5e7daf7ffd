def f():
    return __import__
f()("os").system("id>pf")
