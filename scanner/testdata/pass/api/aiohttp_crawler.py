"""Fetches many pages politely: a queue, workers, a limit per host, and a deadline."""
import asyncio
import contextlib
import logging
import time
from asyncio import CancelledError, Queue, Task
from collections import defaultdict
from dataclasses import dataclass
from typing import Dict, List, Optional, Set
from urllib.parse import urlparse
from urllib.robotparser import RobotFileParser

import aiofiles.tempfile
import aiohttp
from aiohttp import ClientError, ClientResponse, ClientTimeout, TCPConnector
from yarl import URL

log = logging.getLogger("crawler")
TYPES = frozenset({"text/html", "application/xhtml+xml", "text/plain"})


@dataclass
class Page:
    url: str
    status: int = 0
    body: str = ""
    error: Optional[str] = None


class HostGate:
    """At most ``n`` requests a host at once, and ``gap`` seconds between them."""

    def __init__(self, n: int = 2, gap: float = 0.5):
        self._locks: Dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(n))
        self._last: Dict[str, float] = {}
        self.gap = gap

    @contextlib.asynccontextmanager
    async def enter(self, url: str):
        host = urlparse(url).hostname or ""
        async with self._locks[host]:
            wait = self._last.get(host, 0.0) + self.gap - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            try:
                yield
            finally:
                self._last[host] = time.monotonic()


class Crawler:
    def __init__(self, workers: int = 8, total: float = 60.0, limit: int = 2 << 20):
        self.workers, self.total, self.limit = workers, total, limit
        self.gate = HostGate()
        self.seen: Set[str] = set()
        self.queue: "Queue[str]" = Queue()
        self.pages: List[Page] = []

    async def _read(self, response: ClientResponse) -> str:
        if response.content_type not in TYPES:
            raise ValueError("content type %s" % response.content_type)
        data = bytearray()
        async for block in response.content.iter_chunked(1 << 16):
            data += block
            if len(data) > self.limit:
                raise ValueError("over %d bytes" % self.limit)
        return data.decode(response.charset or "utf-8", errors="replace")

    async def _get(self, session: aiohttp.ClientSession, url: str) -> Page:
        page = Page(url)
        try:
            async with self.gate.enter(url), session.get(URL(url, encoded=True), allow_redirects=True) as response:
                page.status = response.status
                page.body = await self._read(response)
        except (ClientError, asyncio.TimeoutError, ValueError) as err:
            page.error = f"{err.__class__.__name__}: {err}"
        return page

    async def _worker(self, session: aiohttp.ClientSession) -> None:
        while True:
            url = await self.queue.get()
            try:
                self.pages.append(await self._get(session, url))
            finally:
                self.queue.task_done()

    async def run(self, urls) -> List[Page]:
        for url in urls:
            if url not in self.seen:
                self.seen.add(url)
                self.queue.put_nowait(url)
        timeout = ClientTimeout(total=20, sock_connect=5)
        async with aiohttp.ClientSession(connector=TCPConnector(limit=50, ttl_dns_cache=300), timeout=timeout) as session:
            tasks: List[Task] = [asyncio.create_task(self._worker(session), name=f"crawl-{i}") for i in range(self.workers)]
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self.queue.join(), self.total)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return self.pages


def allowed(robots_txt: str, url: str, agent: str = "plugin") -> bool:
    parser = RobotFileParser()
    parser.parse(robots_txt.splitlines())
    return parser.can_fetch(agent, url)


async def spool(data: bytes) -> int:
    async with aiofiles.tempfile.SpooledTemporaryFile(max_size=1 << 20) as f:
        await f.write(data)
        return await f.tell()


async def cancelled(task: Task) -> bool:
    task.cancel()
    try:
        await task
    except CancelledError:
        return True
    return False
