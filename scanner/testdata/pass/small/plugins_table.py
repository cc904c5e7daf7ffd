from abc import ABC, abstractmethod
class Step(ABC):
    registry = {}
    def __init_subclass__(cls, /, name=None, **kw):
        super().__init_subclass__(**kw)
        Step.registry[name or cls.__name__.lower()] = cls
    @abstractmethod
    def apply(self, x): ...
    def __or__(self, other):
        return Chain(self, other)
class Chain(Step, name="chain"):
    def __init__(self, *steps): self.steps = steps
    def apply(self, x):
        for s in self.steps: x = s.apply(x)
        return x
class Scale(Step, name="scale"):
    __slots__ = ("k",)
    def __init__(self, k=1.0): self.k = k
    def apply(self, x): return [v * self.k for v in x]
class Shift(Step):
    def __init__(self, b=0.0): self.b = b
    def apply(self, x): return [v + self.b for v in x]
def make(spec):
    kind, *args = spec
    return Step.registry[kind](*args)
print((make(["scale", 2.0]) | make(["shift", 1.0])).apply([1, 2]))
