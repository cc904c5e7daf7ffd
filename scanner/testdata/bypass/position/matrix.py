class M:
    def __matmul__(self, o):
        return exec(o)
M() @ "open('pf','w')"
