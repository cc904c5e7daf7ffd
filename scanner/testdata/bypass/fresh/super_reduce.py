import copy
class A:
    def __reduce_ex__(self, v):
        f = super().__reduce_ex__(v)[0]
        f.__globals__["__builtins__"]["open"]("pf", "w")
        return f, ()
copy.copy(A())
