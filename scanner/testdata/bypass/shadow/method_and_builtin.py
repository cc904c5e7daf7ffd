class Model:
    def eval(self):
        return self
m = Model().eval()
m and eval("open('pf','w')")
