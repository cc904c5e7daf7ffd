"""functools, operator and itertools in earnest: currying, pipes, memoising, trampolines."""
import functools
import inspect
import operator
import sys
import time
import typing
from functools import cache, cmp_to_key, lru_cache, partial, partialmethod, reduce, singledispatch, update_wrapper, wraps
from itertools import chain, count, filterfalse, repeat, starmap, tee
from operator import add, attrgetter, itemgetter, mul

import more_itertools
import toolz
from cytoolz import curry as fast_curry
from toolz import compose, curry, pipe, valmap

identity = lambda x: x  # noqa: E731
flatten = chain.from_iterable
by_score = partial(sorted, key=itemgetter("score"), reverse=True)
total = partial(reduce, add)


def compose_all(*fns):
    return reduce(lambda f, g: lambda *a, **k: g(f(*a, **k)), fns, identity) if fns else identity


def juxt(*fns):
    return lambda *args: tuple(f(*args) for f in fns)


def memo(maxsize=None, *, key=None):
    def decorate(fn):
        store = {}

        @wraps(fn)
        def wrapper(*args, **kwargs):
            k = key(*args, **kwargs) if key else (args, tuple(sorted(kwargs.items())))
            if k not in store:
                if maxsize and len(store) >= maxsize:
                    store.pop(next(iter(store)))
                store[k] = fn(*args, **kwargs)
            return store[k]

        wrapper.clear = store.clear
        wrapper.size = lambda: len(store)
        return wrapper

    return decorate(maxsize) if callable(maxsize) else decorate


class count_calls:
    """A decorator that is a class, for functions and for methods."""

    def __init__(self, fn):
        update_wrapper(self, fn)
        self.fn, self.calls = fn, 0

    def __call__(self, *args, **kwargs):
        self.calls += 1
        return self.fn(*args, **kwargs)

    def __get__(self, instance, owner=None):
        return self if instance is None else partial(self, instance)


def checked(fn):
    """Checks arguments against annotations that are plain classes."""
    signature = inspect.signature(fn)

    @wraps(fn)
    def wrapper(*args, **kwargs):
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        for name, value in bound.arguments.items():
            kind = signature.parameters[name].annotation
            if isinstance(kind, type) and kind is not inspect.Parameter.empty and not isinstance(value, kind):
                raise TypeError(f"{fn.__qualname__}: {name} must be {kind.__name__}, not {type(value).__name__}")
        return fn(*bound.args, **bound.kwargs)

    return wrapper


def trampoline(fn):
    @wraps(fn)
    def wrapper(*args):
        result = fn(*args)
        while callable(result):
            result = result()
        return result

    return wrapper


@trampoline
def sum_to(n, acc=0):
    return acc if n == 0 else lambda: sum_to.__wrapped__(n - 1, acc + n)


class Cell:
    def __init__(self, value=0):
        self.value = value

    def change(self, op, by):
        self.value = op(self.value, by)
        return self

    inc = partialmethod(change, operator.add, 1)
    double = partialmethod(change, mul, 2)

    @functools.cached_property
    def square(self):
        return self.value ** 2

    @functools.singledispatchmethod
    def put(self, x):
        raise NotImplementedError

    @put.register
    def _(self, x: int):
        self.value = x

    @count_calls
    def peek(self):
        return self.value


@cache
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


@lru_cache(maxsize=128, typed=True)
def slow(x: float, *, delay: float = 0.0) -> float:
    time.sleep(delay)
    return x


@curry
def scale(by, x):
    return by * x


natural = sorted(["b10", "a2"], key=cmp_to_key(lambda a, b: (a > b) - (a < b)))
piped = pipe([1, 2, 3], fast_curry(map)(scale(2)), list, sum)
grouped = valmap(len, toolz.groupby(len, ["a", "bb", "c"]))
windows = list(more_itertools.windowed(range(5), 2)) + list(more_itertools.chunked(range(5), 2))
odds, evens = (list(f(lambda x: x % 2, t)) for f, t in zip((filter, filterfalse), tee(range(6))))
products = list(starmap(mul, zip(count(1), repeat(2, 3))))
names = list(map(attrgetter("__name__"), (fib, slow, compose)))
hints = {k: v for k, v in (slow.__annotations__ or {}).items() if v is not typing.Any}
depth = sys.getrecursionlimit()
