import inspect
def f(x: "open('pf','w')"):
    pass
inspect.signature(f, eval_str=True)
