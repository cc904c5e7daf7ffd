import asyncio
import contextlib
import functools
import aiohttp
import numpy as np

class Pool:
    def __init__(self, n=2):
        self.q: asyncio.Queue = asyncio.Queue(maxsize=10)
        self.n, self.tasks = n, []

    async def __aenter__(self):
        self.tasks = [asyncio.create_task(self.work(i), name=f"w{i}") for i in range(self.n)]
        return self

    async def __aexit__(self, *exc):
        await self.q.join()
        for t in self.tasks:
            t.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def work(self, i):
        loop = asyncio.get_running_loop()
        while True:
            x, done = await self.q.get()
            try:
                y = await asyncio.wait_for(loop.run_in_executor(None, functools.partial(np.linalg.norm, x)), timeout=5)
                done.set_result(float(y))
            except asyncio.TimeoutError:
                done.set_exception(TimeoutError(i))
            finally:
                self.q.task_done()

async def pages(url, n):
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as s:
        for i in range(n):
            async with s.get(url, params={"page": i}) as r:
                r.raise_for_status()
                yield await r.json()

async def main():
    async with Pool() as p:
        f = asyncio.get_running_loop().create_future()
        await p.q.put((np.ones(3), f))
        print(await f)
    async with contextlib.aclosing(pages("https://x", 0)) as it:
        async for page in it:
            print(page)

def run(c):
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(c)
    return asyncio.new_event_loop().run_until_complete(c)
