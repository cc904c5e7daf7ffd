"""Voyage-style embeddings over httpx: HTTP/2, backoff, hooks, and a circuit breaker."""
from __future__ import annotations

import asyncio
import os
import ssl
import time
from types import TracebackType
from typing import Any, AsyncIterator, Self

import backoff
import httpx
import orjson
from pydantic import BaseModel, ConfigDict, Field, SecretStr

API = httpx.URL("https://api.example.com/v1/")


class Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    key: SecretStr = Field(default_factory=lambda: SecretStr(os.environ.get("VOYAGE_API_KEY", "")))
    model: str = "voyage-3-lite"
    timeout: float = Field(20.0, gt=0)


class CircuitOpen(RuntimeError):
    pass


class Breaker:
    def __init__(self, failures: int = 5, cooldown: float = 30.0) -> None:
        self.failures, self.cooldown = failures, cooldown
        self._count = 0
        self._opened: float | None = None

    @property
    def open(self) -> bool:
        return self._opened is not None and time.monotonic() - self._opened < self.cooldown

    def __enter__(self) -> Self:
        if self.open:
            raise CircuitOpen(f"paused for {self.cooldown:g} s after {self._count} failures")
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        if exc is None:
            self._count, self._opened = 0, None
        elif isinstance(exc, httpx.HTTPError):
            self._count += 1
            if self._count >= self.failures:
                self._opened = time.monotonic()


def give_up(exc: Exception) -> bool:
    return isinstance(exc, httpx.HTTPStatusError) and exc.response.status_code < 500 and exc.response.status_code != 429


class VoyageClient:
    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self.breaker = Breaker()
        self._client: httpx.AsyncClient | None = None

    async def __aenter__(self) -> VoyageClient:
        self._client = httpx.AsyncClient(
            base_url=API,
            http2=True,
            verify=ssl.create_default_context(),
            headers={"Authorization": "Bearer " + self.settings.key.get_secret_value()},
            timeout=httpx.Timeout(self.settings.timeout, connect=5.0),
            limits=httpx.Limits(max_connections=20),
            event_hooks={"response": [self._on_response]},
        )
        return self

    async def __aexit__(self, *exc: object) -> None:
        if self._client is not None:
            await self._client.aclose()

    async def _on_response(self, response: httpx.Response) -> None:
        if response.status_code >= 400:
            await response.aread()
            response.raise_for_status()

    @backoff.on_exception(backoff.expo, httpx.HTTPError, max_tries=5, giveup=give_up, jitter=backoff.full_jitter)
    async def embed(self, texts: list[str], **options: Any) -> list[list[float]]:
        assert self._client is not None, "use async with"
        with self.breaker:
            response = await self._client.post("embeddings", content=orjson.dumps({"input": texts, "model": self.settings.model, **options}))
        return [row["embedding"] for row in orjson.loads(response.content)["data"]]

    async def stream(self, texts: list[str], size: int = 64) -> AsyncIterator[list[float]]:
        for start in range(0, len(texts), size):
            for vector in await self.embed(texts[start:start + size]):
                yield vector


async def main() -> None:
    async with VoyageClient() as client:
        async for vector in client.stream(["hello", "world"]):
            print(len(vector))


if __name__ == "__main__":
    asyncio.run(main())
