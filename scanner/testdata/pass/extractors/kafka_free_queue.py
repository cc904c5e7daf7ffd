"""A durable-looking queue in memory with priorities, leases and dead letters, for batches that may fail."""
from __future__ import annotations

import asyncio
import enum
import heapq
import itertools
import logging
import random
import secrets
import time
import uuid
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

logger = logging.getLogger(__name__)


class State(enum.StrEnum):
    READY = enum.auto()
    LEASED = enum.auto()
    DONE = enum.auto()
    DEAD = enum.auto()


@dataclass(order=True)
class Job:
    priority: int
    number: int
    payload: Any = field(compare=False)
    id: uuid.UUID = field(default_factory=uuid.uuid4, compare=False)
    attempts: int = field(default=0, compare=False)
    state: State = field(default=State.READY, compare=False)
    not_before: float = field(default=0.0, compare=False)


class LeaseLost(RuntimeError):
    pass


class LeaseQueue:
    def __init__(self, *, lease: float = 30.0, attempts: int = 5) -> None:
        self.lease, self.attempts = lease, attempts
        self._heap: list[Job] = []
        self._numbers = itertools.count()
        self._leases: dict[str, tuple[float, Job]] = {}
        self._changed = asyncio.Condition()
        self.dead: deque[Job] = deque(maxlen=1000)
        self.stats: Counter[str] = Counter()

    async def put(self, payload: Any, priority: int = 10) -> uuid.UUID:
        job = Job(priority, next(self._numbers), payload)
        async with self._changed:
            heapq.heappush(self._heap, job)
            self._changed.notify()
        return job.id

    def _reclaim(self) -> None:
        now = time.monotonic()
        for token, (until, job) in list(self._leases.items()):
            if until < now:
                del self._leases[token]
                self._retry(job, "lease ran out")

    def _retry(self, job: Job, why: str) -> None:
        job.attempts += 1
        if job.attempts >= self.attempts:
            job.state = State.DEAD
            self.dead.append(job)
            self.stats["dead"] += 1
            logger.error("%s is dead: %s", job.id, why)
        else:
            job.state = State.READY
            job.not_before = time.monotonic() + min(60, 2 ** job.attempts) * random.random()
            heapq.heappush(self._heap, job)

    @asynccontextmanager
    async def take(self) -> AsyncIterator[Job]:
        async with self._changed:
            await self._changed.wait_for(lambda: self._heap)
            self._reclaim()
            job = heapq.heappop(self._heap)
        if (pause := job.not_before - time.monotonic()) > 0:
            await asyncio.sleep(pause)
        token = secrets.token_hex(8)
        job.state = State.LEASED
        self._leases[token] = time.monotonic() + self.lease, job
        try:
            yield job
        except Exception as err:
            self._leases.pop(token, None)
            self._retry(job, repr(err))
        else:
            if self._leases.pop(token, None) is None:
                raise LeaseLost(str(job.id))
            job.state = State.DONE
            self.stats["done"] += 1

    async def work(self, fn: Callable[[Any], Awaitable[None]], workers: int = 4) -> None:
        async def loop() -> None:
            while True:
                async with self.take() as job:
                    await fn(job.payload)

        tasks = [asyncio.create_task(loop()) for _ in range(workers)]
        try:
            while self._heap or self._leases:
                await asyncio.sleep(0.05)
        finally:
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
