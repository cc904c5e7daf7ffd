def g():
    try:
        yield
    except ValueError as e:
        exec(e.args[0])
h = g()
next(h)
try:
    h.throw(ValueError("open('pf','w')"))
except StopIteration:
    pass
