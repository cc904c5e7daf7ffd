"""One of two context managers, chosen in the with line, as sentence_transformers' own readers do it."""
import bz2
import contextlib
import gzip
import io
import json
from typing import Any, Dict, Iterator, Optional

import torch


def lines(data: bytes, zipped: bool) -> Iterator[str]:
    with gzip.GzipFile(fileobj=io.BytesIO(data)) if zipped else io.BytesIO(data) as raw:
        for line in raw:
            yield line.decode("utf-8").rstrip("\n")


def records(data: bytes, name: str) -> Iterator[Dict[str, Any]]:
    with (
        gzip.GzipFile(fileobj=io.BytesIO(data))
        if name.endswith(".gz")
        else bz2.BZ2File(io.BytesIO(data))
        if name.endswith(".bz2")
        else io.BytesIO(data)
    ) as raw:
        yield from map(json.loads, raw)


def pairs(data: bytes, other: Optional[bytes]) -> Iterator[tuple]:
    with io.BytesIO(data) as left, io.BytesIO(other) if other is not None else io.BytesIO(data) as right:
        yield from zip(left, right)


class Runner:
    def __init__(self, half: bool = False) -> None:
        self.half = half
        self.scope = contextlib.nullcontext()

    def run(self, model: torch.nn.Module, x: torch.Tensor) -> torch.Tensor:
        with torch.no_grad(), torch.autocast("cuda") if self.half else contextlib.nullcontext():
            return model(x)

    def step(self, model: torch.nn.Module, x: torch.Tensor, sync: bool = True) -> torch.Tensor:
        with contextlib.nullcontext() if sync or not hasattr(model, "no_sync") else model.no_sync() as scope:
            self.scope = scope
            return model(x).mean()
