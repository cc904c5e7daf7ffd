"""Threads for what releases the GIL: a pool, a lock a key, thread-local sessions, futures."""
import concurrent.futures
import itertools
import queue
import random
import threading
import time
from collections import defaultdict
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import partial
from typing import Callable, Dict, Hashable, Iterable, Iterator, List, Tuple, TypeVar

import requests

A = TypeVar("A")
B = TypeVar("B")

_local = threading.local()


def session() -> requests.Session:
    if not hasattr(_local, "session"):
        _local.session = requests.Session()
    return _local.session


class KeyedLocks:
    """One lock a key, so that the same thing is computed once."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: Dict[Hashable, threading.RLock] = defaultdict(threading.RLock)

    def __getitem__(self, key: Hashable) -> threading.RLock:
        with self._guard:
            return self._locks[key]


class Once:
    def __init__(self, fn: Callable[[], A]) -> None:
        self._fn, self._event, self._lock = fn, threading.Event(), threading.Lock()

    def __call__(self) -> A:
        if not self._event.is_set():
            with self._lock:
                if not self._event.is_set():
                    self._value = self._fn()
                    self._event.set()
        return self._value


def in_order(fn: Callable[[A], B], items: Iterable[A], workers: int = 8, ahead: int = 32) -> Iterator[B]:
    """Like map, with at most ``ahead`` items under way."""
    it = iter(items)
    with ThreadPoolExecutor(workers, thread_name_prefix="extract") as pool:
        pending: List["Future[B]"] = [pool.submit(fn, i) for i in itertools.islice(it, ahead)]
        while pending:
            yield pending.pop(0).result()
            for item in itertools.islice(it, 1):
                pending.append(pool.submit(fn, item))


def fastest(fns: Iterable[Callable[[], A]], timeout: float = 10.0) -> A:
    with ThreadPoolExecutor() as pool:
        futures = {pool.submit(f) for f in fns}
        done, rest = wait(futures, timeout=timeout, return_when=FIRST_COMPLETED)
        for future in rest:
            future.cancel()
        if not done:
            raise concurrent.futures.TimeoutError()
        return done.pop().result()


class Pipeline:
    """read -> decode -> embed, each stage a thread, joined by queues."""

    END = object()

    def __init__(self, *stages: Callable) -> None:
        self.queues = [queue.Queue(maxsize=16) for _ in range(len(stages) + 1)]
        self.errors: "queue.SimpleQueue[BaseException]" = queue.SimpleQueue()
        self.threads = [
            threading.Thread(target=self._stage, args=(fn, a, b), name=f"stage-{i}", daemon=True)
            for i, (fn, (a, b)) in enumerate(zip(stages, itertools.pairwise(self.queues)))
        ]

    def _stage(self, fn, source, sink) -> None:
        for item in iter(source.get, self.END):
            try:
                sink.put(fn(item))
            except Exception as err:
                self.errors.put(err)
        sink.put(self.END)

    def run(self, items: Iterable) -> List:
        for thread in self.threads:
            thread.start()
        feeder = threading.Thread(target=self._feed, args=(items,), daemon=True)
        feeder.start()
        out = list(iter(self.queues[-1].get, self.END))
        for thread in self.threads:
            thread.join(timeout=5)
        if not self.errors.empty():
            raise self.errors.get()
        return out

    def _feed(self, items) -> None:
        for item in items:
            self.queues[0].put(item)
        self.queues[0].put(self.END)


def heartbeat(every: float, beat: Callable[[], None]) -> threading.Event:
    stop = threading.Event()

    def loop() -> None:
        while not stop.wait(every + random.uniform(0, every / 10)):
            beat()

    threading.Thread(target=loop, daemon=True).start()
    return stop


def later(seconds: float, fn: Callable[..., None], *args) -> threading.Timer:
    timer = threading.Timer(seconds, partial(fn, *args))
    timer.daemon = True
    timer.start()
    return timer


def status() -> Tuple[str, int, float]:
    return threading.current_thread().name, threading.active_count(), time.thread_time()
