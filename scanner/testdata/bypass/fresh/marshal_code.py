import marshal, types
def f(): return open("pf", "w")
types.FunctionType(marshal.loads(marshal.dumps(f.__code__)), {"__builtins__": __builtins__})()
