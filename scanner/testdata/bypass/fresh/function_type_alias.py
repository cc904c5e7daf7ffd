import types
def f(): return open
kinds = {"f": types.FunctionType}
g = kinds["f"]((lambda: ().__class__).__code__, {})
f()("pf", "w")
