import typing
A = typing.List["open('pf','w')"]
try:
    typing._eval_type(A, globals(), {})
except TypeError:
    pass
