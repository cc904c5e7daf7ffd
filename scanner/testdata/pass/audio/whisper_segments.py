"""Speech to text by faster-whisper; segments become rows with their own vectors."""
from __future__ import annotations

import asyncio
import io
import logging
from dataclasses import asdict, dataclass
from typing import Any, Iterator

import numpy as np
import soundfile as sf
from faster_whisper import BatchedInferencePipeline, WhisperModel
from sentence_transformers import SentenceTransformer

from shared.plugins.inference.serve import BaseInferenceService

logger = logging.getLogger(__name__)
SAMPLE_RATE = 16_000


@dataclass(slots=True, frozen=True)
class Line:
    start: float
    end: float
    text: str
    confidence: float

    def srt(self, number: int) -> str:
        def stamp(seconds: float) -> str:
            ms = round(seconds * 1000)
            hours, ms = divmod(ms, 3_600_000)
            minutes, ms = divmod(ms, 60_000)
            secs, ms = divmod(ms, 1000)
            return f"{hours:02d}:{minutes:02d}:{secs:02d},{ms:03d}"

        return f"{number}\n{stamp(self.start)} --> {stamp(self.end)}\n{self.text}\n"


def read_audio(data: bytes) -> np.ndarray:
    samples, rate = sf.read(io.BytesIO(data), dtype="float32", always_2d=True)
    mono = samples.mean(axis=1)
    if rate != SAMPLE_RATE:
        positions = np.linspace(0, len(mono) - 1, int(len(mono) * SAMPLE_RATE / rate))
        mono = np.interp(positions, np.arange(len(mono)), mono).astype(np.float32)
    return mono


class InferenceService(BaseInferenceService):
    def __init__(self, size: str = "small", compute_type: str = "int8", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.whisper = BatchedInferencePipeline(model=WhisperModel(size, device="auto", compute_type=compute_type))
        self.encoder = SentenceTransformer("all-MiniLM-L6-v2")
        self.turn = asyncio.Semaphore(1)

    def _lines(self, audio: np.ndarray, **options: Any) -> Iterator[Line]:
        segments, info = self.whisper.transcribe(audio, vad_filter=True, batch_size=8, **options)
        self.logger.info("language %s (%.2f), %.1f s", info.language, info.language_probability, info.duration)
        for s in segments:
            yield Line(s.start, s.end, s.text.strip(), float(np.exp(s.avg_logprob)))

    def _work(self, data: bytes, parameters: dict[str, Any]) -> dict[str, Any]:
        wanted = {k: v for k, v in parameters.items() if k in ("language", "task", "initial_prompt")}
        lines = [line for line in self._lines(read_audio(data), **wanted) if line.text]
        text = " ".join(line.text for line in lines)
        return {
            "embedding": self.encoder.encode(text or " ", normalize_embeddings=True).tolist(),
            "text": text,
            "segments": [asdict(line) for line in lines],
            "srt": "\n".join(line.srt(i) for i, line in enumerate(lines, 1)),
        }

    async def __call__(self, inputs: dict[str, Any], parameters: dict[str, Any]) -> dict[str, Any]:
        async with self.turn:
            return await asyncio.wait_for(asyncio.to_thread(self._work, inputs["audio"], parameters), timeout=300)
