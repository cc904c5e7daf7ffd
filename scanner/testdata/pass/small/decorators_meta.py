import functools
import time

def timed(fn):
    def wrapper(*args, **kwargs):
        start = time.perf_counter()
        try:
            return fn(*args, **kwargs)
        finally:
            wrapper.total += time.perf_counter() - start
            wrapper.calls += 1
    wrapper.total, wrapper.calls = 0.0, 0
    wrapper.__name__ = fn.__name__
    wrapper.__doc__ = fn.__doc__
    wrapper.__wrapped__ = fn
    return wrapper

class memo:
    def __init__(self, fn):
        functools.update_wrapper(self, fn)
        self.fn, self.seen = fn, {}
    def __call__(self, *a):
        if a not in self.seen:
            self.seen[a] = self.fn(*a)
        return self.seen[a]
    def __get__(self, obj, owner=None):
        return functools.partial(self, obj) if obj is not None else self

@timed
@memo
def fib(n):
    "A number."
    return n if n < 2 else fib(n - 1) + fib(n - 2)

class A:
    @functools.cached_property
    def x(self): return fib(10)
    @property
    def y(self): return self._y
    @y.setter
    def y(self, v): self._y = v
    @staticmethod
    def z(): return A.__name__
print(A().x, fib.calls, A.z())
