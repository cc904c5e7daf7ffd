"""Perceptual hashes without a model: average, difference and DCT."""
import struct
from enum import Enum, auto
from functools import reduce, singledispatchmethod

import numpy as np
from PIL import Image
from scipy.fft import dct


class Kind(Enum):
    AVERAGE = auto()
    DIFFERENCE = auto()
    PERCEPTUAL = auto()

    @classmethod
    def parse(cls, text):
        try:
            return cls[text.strip().upper()]
        except KeyError:
            raise ValueError(f"{text!r} is none of {', '.join(cls.__members__)}") from None


def _bits_to_int(bits):
    return reduce(lambda acc, bit: (acc << 1) | int(bit), bits.flatten(), 0)


class Hash:
    __slots__ = ("value", "kind")

    def __init__(self, value, kind=Kind.AVERAGE):
        self.value = value
        self.kind = kind

    def __sub__(self, other):
        if not isinstance(other, Hash):
            return NotImplemented
        if self.kind is not other.kind:
            raise TypeError("hashes of different kinds")
        return bin(self.value ^ other.value).count("1")

    def __eq__(self, other):
        return isinstance(other, Hash) and all(getattr(self, s) == getattr(other, s) for s in self.__slots__)

    def __hash__(self):
        return hash((self.value, self.kind))

    def __bytes__(self):
        return struct.pack(">Q", self.value & 0xFFFF_FFFF_FFFF_FFFF)

    def __repr__(self):
        return f"{self.__class__.__name__}({self.value:#018x}, {self.kind.name})"


class Hasher:
    def __init__(self, size=8):
        self.size = size
        self._table = {Kind.AVERAGE: self._average, Kind.DIFFERENCE: self._difference, Kind.PERCEPTUAL: self._perceptual}

    @singledispatchmethod
    def compute(self, source, kind=Kind.AVERAGE):
        raise TypeError(f"cannot hash {type(source).__name__}")

    @compute.register
    def _(self, source: Image.Image, kind=Kind.AVERAGE):
        return Hash(_bits_to_int(self._table[kind](source.convert("L"))), kind)

    @compute.register
    def _(self, source: np.ndarray, kind=Kind.AVERAGE):
        return self.compute(Image.fromarray(source), kind)

    def _average(self, image):
        a = np.asarray(image.resize((self.size, self.size)))
        return a > a.mean()

    def _difference(self, image):
        a = np.asarray(image.resize((self.size + 1, self.size)), dtype=np.int16)
        return a[:, 1:] > a[:, :-1]

    def _perceptual(self, image):
        a = np.asarray(image.resize((self.size * 4,) * 2), dtype=np.float64)
        low = dct(dct(a, axis=0, norm="ortho"), axis=1, norm="ortho")[: self.size, : self.size]
        return low > np.median(low)
