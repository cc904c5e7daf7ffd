if False:
    def eval(x):
        return x
eval("1")
