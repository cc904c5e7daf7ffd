import copy
from typing import Any

class Meta(type):
    def __call__(cls, *a, **k):
        if not hasattr(cls, "_one"):
            cls._one = super().__call__(*a, **k)
        return cls._one

class Config(metaclass=Meta):
    def __init__(self, **kw: Any):
        self._kw = dict(kw)
    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self._kw[name]
        except KeyError:
            raise AttributeError(f"{type(self).__name__} has no {name!r}") from None
    def __contains__(self, k): return k in self._kw
    def __or__(self, other): return type(self)(**{**self._kw, **other})
    def __iter__(self): yield from self._kw.items()
    def __eq__(self, o): return self.__class__ is o.__class__ and dict(self) == dict(o)
    def __hash__(self): return hash(tuple(sorted(self._kw)))
    def copy(self):
        new = self.__class__.__new__(self.__class__)
        new._kw = copy.copy(self._kw)
        return new

class Vec:
    __slots__ = ("x", "y")
    def __init__(self, x, y): self.x, self.y = x, y
    def __iter__(self): return (getattr(self, s) for s in self.__slots__)
    def __add__(self, o): return Vec(*(a + b for a, b in zip(self, o)))
    __radd__ = __add__
    def __repr__(self): return f"{type(self).__qualname__}{tuple(self)}"
print(Vec(1, 2) + Vec(3, 4), Config(a=1).a, hasattr(Vec, "__len__"), callable(Vec))
