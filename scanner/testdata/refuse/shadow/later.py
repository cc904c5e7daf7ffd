eval("1")
def eval(x):
    return x
