import asyncio
import os
import random
import time
from contextlib import asynccontextmanager
import httpx

API = os.environ.get("EMBED_URL", "https://api.example.com/v1")
KEY = os.getenv("EMBED_KEY", "")

class RateLimited(Exception):
    def __init__(self, after):
        super().__init__(f"retry after {after}s")
        self.after = after

@asynccontextmanager
async def client():
    async with httpx.AsyncClient(base_url=API, headers={"Authorization": f"Bearer {KEY}"}, timeout=30) as c:
        yield c

async def embed(texts, attempts=5):
    async with client() as c:
        for i in range(attempts):
            try:
                r = await c.post("/embeddings", json={"input": texts, "model": "m"})
                if r.status_code == 429:
                    raise RateLimited(float(r.headers.get("retry-after", 1)))
                r.raise_for_status()
                return [d["embedding"] for d in r.json()["data"]]
            except (httpx.TransportError, RateLimited) as e:
                await asyncio.sleep(getattr(e, "after", 2 ** i) + random.random())
        raise TimeoutError(f"gave up after {attempts} attempts at {time.time():.0f}")

async def embed_all(chunks, width=4):
    gate = asyncio.Semaphore(width)
    async def one(chunk):
        async with gate:
            return await embed(chunk)
    return [v for part in await asyncio.gather(*(one(c) for c in chunks)) for v in part]
