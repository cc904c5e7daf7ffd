"""Single flight: of many equal calls one computes, the rest wait for it.  Redis behind, if there is one."""
import asyncio
import hashlib
import json
import os
import time
import zlib
from typing import Any, Awaitable, Callable, Dict, Optional, Tuple

import anyio
import diskcache
import redis
import redis.asyncio as aioredis
from async_lru import alru_cache

# compare and delete, atomically, on the server's side
UNLOCK = """
if redis.call("get", KEYS[1]) == ARGV[1] then
    return redis.call("del", KEYS[1])
end
return 0
"""


def key_of(*parts: Any) -> str:
    raw = json.dumps(parts, sort_keys=True, separators=(",", ":"), default=str)
    return "emb:" + hashlib.blake2b(raw.encode(), digest_size=16).hexdigest()


class SingleFlight:
    def __init__(self) -> None:
        self._flights: Dict[str, "asyncio.Future[Any]"] = {}

    async def do(self, key: str, fn: Callable[[], Awaitable[Any]]) -> Any:
        if (flight := self._flights.get(key)) is not None:
            return await asyncio.shield(flight)
        flight = self._flights[key] = asyncio.get_running_loop().create_future()
        try:
            result = await fn()
        except BaseException as err:
            flight.set_exception(err)
            flight.exception()
            raise
        else:
            flight.set_result(result)
            return result
        finally:
            del self._flights[key]


class Store:
    def __init__(self, url: Optional[str] = None, ttl: int = 3600) -> None:
        url = url or os.getenv("REDIS_URL", "redis://localhost:6379/0")
        self.client = aioredis.from_url(url, decode_responses=False)
        self.ttl = ttl
        self.local: Dict[str, Tuple[float, bytes]] = {}

    async def get(self, key: str) -> Optional[Any]:
        born, data = self.local.get(key, (0.0, b""))
        if not data or time.time() - born > self.ttl:
            try:
                data = await self.client.get(key)
            except redis.RedisError:
                return None
        return json.loads(zlib.decompress(data)) if data else None

    async def put(self, key: str, value: Any) -> None:
        data = zlib.compress(json.dumps(value).encode(), level=1)
        self.local[key] = (time.time(), data)
        try:
            async with self.client.pipeline(transaction=True) as pipe:
                await pipe.set(key, data).expire(key, self.ttl).execute()
        except redis.RedisError:
            pass

    async def unlock(self, name: str, token: str) -> bool:
        return bool(await self.client.eval(UNLOCK, 1, name, token))


class CachedService:
    def __init__(self, embed: Callable[[str], Awaitable[list]], store: Optional[Store] = None) -> None:
        self.embed, self.store, self.flights = embed, store or Store(), SingleFlight()

    async def _compute(self, key: str, text: str) -> list:
        if (hit := await self.store.get(key)) is not None:
            return hit
        with anyio.move_on_after(20) as scope:
            vector = await self.embed(text)
        if scope.cancelled_caught:
            raise TimeoutError("no vector within 20 s")
        await self.store.put(key, vector)
        return vector

    async def _process_single(self, inputs: dict, parameters: dict) -> dict:
        key = key_of(inputs["text"], parameters)
        return {"embedding": await self.flights.do(key, lambda: self._compute(key, inputs["text"]))}


@alru_cache(maxsize=64, ttl=30)
async def exchange_rate(currency: str) -> float:
    await anyio.sleep(0)
    return {"EUR": 1.0, "USD": 1.08}.get(currency, 0.0)


def on_disk(folder: str) -> diskcache.Cache:
    return diskcache.Cache(folder, size_limit=2 ** 30)
