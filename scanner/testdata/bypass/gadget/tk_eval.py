import types
c = types.CodeType
def f():
    pass
g = f.__code__.replace(co_code=f.__code__.co_code)
types.FunctionType(g, {})
types.FunctionType(compile("open('pf','w')", "", "eval"), {"__builtins__": {"open": open}})()
