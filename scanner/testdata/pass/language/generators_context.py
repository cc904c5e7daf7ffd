"""Generators, context managers and coroutines without a library."""
import contextlib
import contextvars
import functools
import itertools
import time
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, ContextDecorator, ExitStack, closing, nullcontext, redirect_stdout, suppress
from io import StringIO

request_id = contextvars.ContextVar("request_id", default="-")


def averager() -> Generator[float | None, float, tuple[int, float]]:
    total, n, mean = 0.0, 0, None
    while True:
        try:
            value = yield mean
        except GeneratorExit:
            return n, mean or 0.0
        if value is None:
            return n, mean or 0.0
        total += value
        n += 1
        mean = total / n


def collect(results):
    while True:
        key = yield
        if key is None:
            break
        results[key] = yield from averager()


def primed(fn):
    @functools.wraps(fn)
    def start(*args, **kwargs):
        generator = fn(*args, **kwargs)
        next(generator)
        return generator

    return start


@primed
def batcher(size, sink):
    while True:
        batch = []
        try:
            while len(batch) < size:
                batch.append((yield))
        finally:
            if batch:
                sink(batch)


class timer(ContextDecorator):
    def __init__(self, sink=print, clock=time.perf_counter):
        self.sink, self.clock = sink, clock

    def __enter__(self):
        self.start = self.clock()
        return self

    def __exit__(self, kind, value, tb):
        self.sink(f"{self.clock() - self.start:.6f} s")
        return kind is not None and issubclass(kind, StopIteration)


class Resource(AbstractContextManager):
    opened = 0

    def open(self):
        type(self).opened += 1
        return self

    def close(self):
        type(self).opened -= 1

    def __enter__(self):
        return self.open()

    def __exit__(self, *_):
        self.close()

    def __del__(self):
        with suppress(Exception):
            self.close()


@contextlib.contextmanager
def bound(value) -> Iterator[str]:
    token = request_id.set(value)
    try:
        yield value
    finally:
        request_id.reset(token)


def captured(fn, *args):
    with redirect_stdout(StringIO()) as out:
        fn(*args)
    return out.getvalue()


def many(n, verbose=False):
    with ExitStack() as stack, (timer() if verbose else nullcontext()):
        resources = [stack.enter_context(Resource()) for _ in range(n)]
        stack.callback(print, "closed", n)
        stack.push(lambda kind, value, tb: kind is ValueError)
        return len(resources)


def grouped():
    with (
        closing(iter_lines("a\nb\n")) as lines,
        bound("r-1") as rid,
    ):
        return [f"{rid}:{line}" for line in lines], contextvars.copy_context().get(request_id)


def iter_lines(text):
    buffer = StringIO(text)
    yield from iter(buffer.readline, "")


def roundrobin(*iterables):
    pending = itertools.cycle(iter(it).__next__ for it in iterables)
    left = len(iterables)
    while left:
        try:
            for nxt in pending:
                yield nxt()
        except StopIteration:
            left -= 1
            pending = itertools.cycle(itertools.islice(pending, left))
