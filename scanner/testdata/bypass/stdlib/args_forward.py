import typing
a = typing.get_args(typing.List["open('pf','w')"])[0]
try:
    a._evaluate({}, None, frozenset())
except TypeError:
    pass
