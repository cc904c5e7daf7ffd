"""A small vector type with every operator, for where numpy is not wanted."""
import math
import operator
from array import array
from itertools import chain, repeat
from numbers import Real
from reprlib import recursive_repr


class Vector:
    __slots__ = ("_data", "__weakref__")

    def __init__(self, values=(), *, typecode="f"):
        self._data = array(typecode, values)

    def __new__(cls, *args, **kwargs):
        return super().__new__(cls)

    @classmethod
    def zeros(cls, n):
        return cls(repeat(0.0, n))

    @classmethod
    def frombytes(cls, data):
        self = cls()
        self._data.frombytes(bytes(data))
        return self

    def __len__(self):
        return len(self._data)

    def __getitem__(self, index):
        if isinstance(index, slice):
            return type(self)(self._data[index])
        return self._data[operator.index(index)]

    def __setitem__(self, index, value):
        self._data[index] = value

    def __iter__(self):
        return iter(self._data)

    def __reversed__(self):
        return reversed(self._data)

    def __contains__(self, value):
        return any(math.isclose(v, value) for v in self)

    def _map(self, other, fn):
        if isinstance(other, Real):
            other = repeat(other, len(self))
        elif len(other) != len(self):
            raise ValueError(f"lengths differ: {len(self)} and {len(other)}")
        return type(self)(map(fn, self, other))

    def __add__(self, other): return self._map(other, operator.add)
    def __sub__(self, other): return self._map(other, operator.sub)
    def __mul__(self, other): return self._map(other, operator.mul)
    def __truediv__(self, other): return self._map(other, operator.truediv)
    def __neg__(self): return self * -1
    def __pos__(self): return type(self)(self)
    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other):
        return -self + other

    def __matmul__(self, other):
        return math.fsum(a * b for a, b in zip(self, other))

    def __abs__(self):
        return math.sqrt(self @ self)

    def __bool__(self):
        return any(self._data)

    def __eq__(self, other):
        if type(other) is not type(self):
            return NotImplemented
        return len(self) == len(other) and all(map(operator.eq, self, other))

    def __hash__(self):
        return hash(bytes(self))

    def __bytes__(self):
        return self._data.tobytes()

    def __format__(self, spec):
        spec = spec or ".3g"
        return "<" + ", ".join(format(v, spec) for v in self) + ">"

    @recursive_repr()
    def __repr__(self):
        return f"{self.__class__.__qualname__}({list(self)!r})"

    def __getstate__(self):
        return {"data": bytes(self)}

    def __copy__(self):
        return self.frombytes(self)

    def __round__(self, n=None):
        return type(self)(round(v, n or 0) for v in self)

    def __ior__(self, other):
        self._data.extend(other)
        return self

    def __call__(self, fn):
        return type(self)(map(fn, self))


def concat(*vectors):
    return Vector(chain.from_iterable(vectors))


def cosine(a, b):
    return (a @ b) / ((abs(a) * abs(b)) or 1.0)
