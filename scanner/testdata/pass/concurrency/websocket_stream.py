"""Streams partial transcripts from a websocket and merges them; trio and anyio users, look away."""
import asyncio
import base64
import enum
import json
import logging
import os
import struct
from collections import deque
from typing import AsyncIterator, Deque, List, Optional

import websockets
from websockets.exceptions import ConnectionClosed

logger = logging.getLogger(__name__)


class Kind(enum.IntFlag):
    PARTIAL = 1
    FINAL = 2
    ERROR = 4
    DONE = FINAL | 8


class Frame:
    HEADER = struct.Struct("!BIH")

    def __init__(self, kind: Kind, sequence: int, text: str) -> None:
        self.kind, self.sequence, self.text = kind, sequence, text

    def pack(self) -> bytes:
        data = self.text.encode("utf-8")
        return self.HEADER.pack(self.kind, self.sequence, len(data)) + data

    @classmethod
    def unpack(cls, data: bytes) -> "Frame":
        kind, sequence, length = cls.HEADER.unpack_from(data)
        body = memoryview(data)[cls.HEADER.size:]
        if len(body) != length:
            raise ValueError("frame %d: %d bytes, not %d" % (sequence, len(body), length))
        return cls(Kind(kind), sequence, bytes(body).decode("utf-8"))


class Transcript:
    def __init__(self) -> None:
        self.finals: List[str] = []
        self.partial = ""
        self.recent: Deque[int] = deque(maxlen=64)

    def apply(self, frame: Frame) -> bool:
        if frame.sequence in self.recent:
            return False
        self.recent.append(frame.sequence)
        if frame.kind & Kind.FINAL:
            self.finals.append(frame.text)
            self.partial = ""
        elif frame.kind is Kind.PARTIAL:
            self.partial = frame.text
        return True

    def __str__(self) -> str:
        return " ".join(filter(None, [*self.finals, self.partial]))


class Stream:
    def __init__(self, url: Optional[str] = None) -> None:
        self.url = url or os.environ.get("STT_URL", "wss://stt.example.com/v1/stream")
        self.socket = None

    async def __aenter__(self) -> "Stream":
        headers = {"Authorization": "Token " + os.environ.get("STT_TOKEN", "")}
        self.socket = await websockets.connect(self.url, additional_headers=headers, ping_interval=20, max_size=2 ** 22)
        return self

    async def __aexit__(self, *_exc) -> None:
        await self.socket.close(code=1000, reason="done")

    async def _send(self, chunks: AsyncIterator[bytes]) -> None:
        async for chunk in chunks:
            await self.socket.send(json.dumps({"audio": base64.b64encode(chunk).decode(), "n": len(chunk)}))
        await self.socket.send(json.dumps({"eof": True}))

    async def frames(self) -> AsyncIterator[Frame]:
        try:
            async for message in self.socket:
                frame = Frame.unpack(message) if isinstance(message, bytes) else Frame(Kind.FINAL, hash(message), json.loads(message)["text"])
                yield frame
                if Kind.DONE in frame.kind:
                    return
        except ConnectionClosed as err:
            logger.warning("closed: %s %s", err.code, err.reason)

    async def transcribe(self, chunks: AsyncIterator[bytes]) -> str:
        transcript = Transcript()
        sender = asyncio.create_task(self._send(chunks))
        try:
            async for frame in self.frames():
                transcript.apply(frame)
        finally:
            sender.cancel()
            await asyncio.gather(sender, return_exceptions=True)
        return str(transcript)
