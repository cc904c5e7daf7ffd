def eval(x):
    return x
del eval
eval("1")
