def f(a: __import__("os").system("touch pf")): pass
