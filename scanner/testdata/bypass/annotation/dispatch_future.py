from __future__ import annotations
import functools
@functools.singledispatch
def f(x):
    pass
class Hint:
    def __class_getitem__(cls, text):
        return text
try:
    @f.register
    def _(x: Hint[0] or open("pf", "w")):
        pass
except TypeError:
    pass
