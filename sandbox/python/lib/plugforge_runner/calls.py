"""How a handler is run: as a coroutine on the loop, or in threads."""
import asyncio
import collections.abc
import contextvars
import inspect
import queue
import threading
from asyncio.tasks import _enter_task as enter, _leave_task as leave


class _Driver(collections.abc.Coroutine):
    """What a spare task runs: nothing yet, then the rest of a coroutine.

    A call's first step runs at once, on behalf of a spare task that is the
    current task meanwhile, so that asyncio.timeout and friends find one. Most
    calls end in that step and the task stays spare; for the others it goes on
    with the future at which the coroutine came to wait.
    """

    __slots__ = ("loop", "parked", "coro", "waits", "first", "over", "finish")

    def __init__(self, loop):
        self.loop = loop
        self.parked = loop.create_future()
        self.coro = self.waits = self.finish = None
        self.first = self.over = False

    def take(self, coro, waits, finish):
        self.coro, self.waits, self.finish, self.first = coro, waits, finish, True
        if not self.parked.done():
            self.parked.set_result(None)

    def drop(self):
        self.over = True
        if not self.parked.done():
            self.parked.set_result(None)

    def send(self, value):
        if self.over:
            raise StopIteration
        if self.coro is None:
            self.parked._asyncio_future_blocking = True
            return self.parked
        if self.first:
            self.first = False
            waits, self.waits = self.waits, None
            return waits
        return self._step(self.coro.send, value)

    def throw(self, kind, value=None, tb=None):
        exc = kind if value is None and not isinstance(kind, type) else value or kind()
        if self.over or self.coro is None:
            raise exc
        if self.first:
            self.first = False
            waits, self.waits = self.waits, None
            if waits is not None and waits.cancel():
                return waits
        return self._step(self.coro.throw, exc)

    def _step(self, step, value):
        try:
            return step(value)
        except StopIteration as stop:
            finish, result, fault = self.finish, stop.value, None
        except BaseException as exc:
            finish, result, fault = self.finish, None, exc
        self.over, self.coro = True, None
        finish(result, fault)
        raise StopIteration

    def close(self):
        if self.coro is not None:
            self.coro.close()

    def __await__(self):
        raise NotImplementedError


class _Spare:
    __slots__ = ("driver", "context", "task")

    def __init__(self, loop, base):
        self.driver = _Driver(loop)
        self.context = base.copy()
        self.task = asyncio.Task(self.driver, loop=loop, context=self.context)


class AsyncCalls:
    """Calls of an async handler: as many at once as arrive."""

    def __init__(self, loop, base, invoke, done):
        self.loop, self.base, self.invoke, self.done = loop, base, invoke, done
        self.spares, self.running = [], {}

    def start(self, call, inputs, parameters, test):
        try:
            coro = self.invoke(inputs, parameters)
        except BaseException as exc:
            return self.done(call, test, None, exc)
        self.adopt(call, coro, test)

    def adopt(self, call, coro, test):
        if not hasattr(coro, "send"):
            coro = _await(coro)
        spare = self.spares.pop() if self.spares else _Spare(self.loop, self.base)
        task, driver = spare.task, spare.driver
        fault = result = None
        over = True
        enter(self.loop, task)
        try:
            waits = spare.context.run(coro.send, None)
            over = False
        except StopIteration as stop:
            result = stop.value
        except BaseException as exc:
            fault = exc
        finally:
            leave(self.loop, task)
        if over:
            # Reuse only what the call left no trace on.
            if driver.parked.done() or task.cancelling() or len(spare.context):
                driver.drop()
            else:
                self.spares.append(spare)
            return self.done(call, test, result, fault)
        self.running[call] = task

        def finish(result, fault):
            self.running.pop(call, None)
            self.done(call, test, result, fault)

        driver.take(coro, waits, finish)

    def cancel(self, call):
        task = self.running.get(call)
        if task is None:
            return False
        task.cancel()
        return True


async def _await(awaitable):
    return await awaitable


class SyncCalls:
    """Calls of a sync handler: one at a time in each of n threads."""

    def __init__(self, channel, base, invoke, done, adopt, n):
        self.channel, self.base, self.invoke, self.done, self.adopt = channel, base, invoke, done, adopt
        self.jobs, self.waiting = queue.SimpleQueue(), set()
        self.lock = threading.Lock()
        for i in range(n):
            threading.Thread(target=self._work, name=f"handler-{i}", daemon=True).start()

    def start(self, call, inputs, parameters, test):
        with self.lock:
            self.waiting.add(call)
        self.jobs.put((call, inputs, parameters, test))

    def cancel(self, call):
        """True if the call will never run, or has begun: then its end answers."""
        with self.lock:
            queued = call in self.waiting
            self.waiting.discard(call)
        if queued:
            self.done(call, False, None, asyncio.CancelledError())
        return True

    def _work(self):
        while True:
            call, inputs, parameters, test = self.jobs.get()
            with self.lock:
                if call not in self.waiting:
                    continue
                self.waiting.discard(call)
            result = fault = None
            try:
                result = self.base.copy().run(self.invoke, inputs, parameters)
            except BaseException as exc:
                fault = exc
            if fault is None and inspect.isawaitable(result):
                self.channel.post(self.adopt, call, result, test)
            else:
                self.done(call, test, result, fault)


def base_context():
    return contextvars.copy_context()
