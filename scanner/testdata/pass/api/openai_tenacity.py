"""Embeddings by OpenAI's client, with retries, a token budget and usage told."""
from __future__ import annotations

import asyncio
import logging
import os
from typing import Any, Sequence

import numpy as np
import openai
import tiktoken
from openai import AsyncOpenAI
from tenacity import (
    AsyncRetrying,
    RetryError,
    before_sleep_log,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)

from shared.plugins.inference.serve import BaseInferenceService

logger = logging.getLogger(__name__)

MODEL = os.getenv("EMBED_MODEL", "text-embedding-3-small")
MAX_TOKENS = 8191
TRANSIENT = (openai.RateLimitError, openai.APITimeoutError, openai.APIConnectionError, openai.InternalServerError)


class InferenceService(BaseInferenceService):
    """Set the key first::

        export OPENAI_API_KEY=sk-...
    """

    def __init__(self, dimensions: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.client = AsyncOpenAI(api_key=os.environ.get("OPENAI_API_KEY", "missing"), max_retries=0, timeout=30.0)
        self.encoding = tiktoken.encoding_for_model(MODEL)
        self.dimensions = dimensions
        self.limit = asyncio.Semaphore(int(os.getenv("EMBED_CONCURRENCY", "8")))
        self.used = 0

    def cut(self, text: str) -> str:
        tokens = self.encoding.encode(text, disallowed_special=())
        return text if len(tokens) <= MAX_TOKENS else self.encoding.decode(tokens[:MAX_TOKENS])

    async def embed(self, texts: Sequence[str]) -> np.ndarray:
        options: dict[str, Any] = {"model": MODEL, "encoding_format": "float"}
        if self.dimensions:
            options["dimensions"] = self.dimensions
        try:
            async for attempt in AsyncRetrying(
                retry=retry_if_exception_type(TRANSIENT),
                wait=wait_random_exponential(multiplier=0.5, max=20),
                stop=stop_after_attempt(6),
                before_sleep=before_sleep_log(logger, logging.WARNING),
            ):
                with attempt:
                    async with self.limit:
                        response = await self.client.embeddings.create(input=[self.cut(t) or " " for t in texts], **options)
        except RetryError as err:
            raise RuntimeError(f"no embedding after {err.last_attempt.attempt_number} attempts") from err
        self.used += response.usage.total_tokens
        return np.asarray([item.embedding for item in sorted(response.data, key=lambda d: d.index)], dtype=np.float32)

    async def __call__(self, inputs: dict[str, Any], parameters: dict[str, Any]) -> dict[str, Any]:
        texts = inputs["text"] if isinstance(inputs["text"], list) else [inputs["text"]]
        parts = await asyncio.gather(*(self.embed(texts[i:i + 96]) for i in range(0, len(texts), 96)))
        vectors = np.concatenate(parts)
        return {"embedding": vectors[0].tolist(), "embeddings": vectors.tolist(), "tokens": self.used}
