def counter(start=0):
    n = start
    def inc(by=1):
        nonlocal n
        n += by
        return n
    inc.reset = lambda: None
    return inc
TOTAL = 0
def add(x):
    global TOTAL
    TOTAL += x
    return TOTAL
def compose(*fs):
    return lambda x: [x := f(x) for f in fs][-1] if fs else x
def curry(f, *a): return lambda *b, **k: f(*a, *b, **k)
first, *rest = [counter(), counter(5)]
(a, b), c = (1, 2), [3]
fns = [lambda x, i=i: x * i for i in range(3)]
print(first(), rest[0](2), add(3), compose(str, len)(123), curry(max, 1)(2, key=abs), [f(2) for f in fns], {**{"a": a}, "b": b}, *c)
def gen():
    got = yield 1
    while got is not None:
        got = yield got * 2
g = gen(); next(g); print(g.send(4)); g.close()
try: pass
except* ValueError as eg: print(eg.exceptions)
