"""SigLIP over batches of image URLs: fetch, decode, embed, and say what failed."""

import concurrent.futures as cf
import io
import time
from dataclasses import dataclass, field
from typing import Iterable, Iterator, List, Optional, Tuple

import numpy as np
import pandas as pd
import requests
import torch
from PIL import Image, UnidentifiedImageError
from transformers import AutoModel, AutoProcessor

CHECKPOINT = "google/siglip-base-patch16-224"


@dataclass
class Fetched:
    row: int
    image: Optional[Image.Image] = None
    error: Optional[str] = None
    seconds: float = field(default=0.0, compare=False)

    @property
    def ok(self) -> bool:
        return self.image is not None


def fetch(row: int, url: str, session: requests.Session) -> Fetched:
    start = time.perf_counter()
    try:
        response = session.get(url, timeout=(3.05, 20), stream=False)
        response.raise_for_status()
        image = Image.open(io.BytesIO(response.content))
        image.load()
        return Fetched(row, image.convert("RGB"), seconds=time.perf_counter() - start)
    except (requests.RequestException, UnidentifiedImageError, OSError) as exc:
        return Fetched(row, error=f"{type(exc).__name__}: {exc}")


def chunked(items: List[Fetched], size: int) -> Iterator[List[Fetched]]:
    for start in range(0, len(items), size):
        yield items[start:start + size]


class SiglipBatch:
    def __init__(self, batch_size: int = 32, workers: int = 8):
        self.batch_size, self.workers = batch_size, workers
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.processor = AutoProcessor.from_pretrained(CHECKPOINT)
        self.model = AutoModel.from_pretrained(CHECKPOINT, torch_dtype=torch.float16 if self.device == "cuda" else torch.float32)
        self.model = self.model.to(self.device).eval()

    def _download(self, urls: Iterable[Tuple[int, str]]) -> List[Fetched]:
        with requests.Session() as session, cf.ThreadPoolExecutor(self.workers) as pool:
            futures = [pool.submit(fetch, row, url, session) for row, url in urls]
            return [f.result() for f in cf.as_completed(futures)]

    def __call__(self, batch: pd.DataFrame) -> pd.DataFrame:
        got = sorted(self._download(enumerate(batch["data"])), key=lambda f: f.row)
        vectors: List[Optional[np.ndarray]] = [None] * len(batch)
        for part in chunked([f for f in got if f.ok], self.batch_size):
            inputs = self.processor(images=[f.image for f in part], return_tensors="pt").to(self.device)
            with torch.no_grad(), torch.autocast(self.device, enabled=self.device == "cuda"):
                out = self.model.get_image_features(**inputs)
            out = torch.nn.functional.normalize(out.float(), dim=-1).cpu().numpy()
            for fetched, vector in zip(part, out):
                vectors[fetched.row] = vector
        return batch.assign(embedding=vectors, error=[f.error for f in got])
