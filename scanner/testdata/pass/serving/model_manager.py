"""Loads models on demand, keeps few, frees memory: what every GPU service ends up writing."""
from __future__ import annotations

import contextlib
import logging
import os
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import partial
from types import SimpleNamespace
from typing import Any, Callable, ContextManager, Iterator

import torch
from torch import nn
from transformers import AutoModel, AutoTokenizer

logger = logging.getLogger(__name__)

torch.backends.cudnn.benchmark = True
torch.set_float32_matmul_precision("high")
torch.set_num_threads(max(1, (os.cpu_count() or 2) // 2))

DTYPES = {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}


@dataclass
class Loaded:
    name: str
    model: nn.Module
    tokenizer: Any
    bytes: int = 0
    used: float = field(default_factory=time.monotonic)
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @classmethod
    def load(cls, name: str, *, device: str, dtype: str = "fp32", compile: bool = False, eval: bool = True) -> Loaded:
        model = AutoModel.from_pretrained(name, torch_dtype=DTYPES[dtype], low_cpu_mem_usage=True).to(device)
        model = model.eval() if eval else model.train()
        if compile and hasattr(torch, "compile"):
            model = torch.compile(model, dynamic=True)
        size = sum(t.numel() * t.element_size() for t in (*model.parameters(), *model.buffers()))
        return cls(name, model, AutoTokenizer.from_pretrained(name), size)


class Manager:
    _instance: Manager | None = None
    _guard = threading.Lock()

    def __new__(cls, *args: Any, **kwargs: Any) -> Manager:
        with cls._guard:
            if cls._instance is None:
                cls._instance = super().__new__(cls)
                cls._instance._ready = False
        return cls._instance

    def __init__(self, budget_gb: float = 4.0, loader: Callable[..., Loaded] = Loaded.load) -> None:
        if self._ready:
            return
        self._ready = True
        self.budget = int(budget_gb * 2**30)
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self._loader = partial(loader, device=self.device)
        self._models: OrderedDict[str, Loaded] = OrderedDict()

    def _evict(self, needed: int) -> None:
        while self._models and sum(m.bytes for m in self._models.values()) + needed > self.budget:
            name, loaded = self._models.popitem(last=False)
            with loaded.lock:
                loaded.model.to("cpu")
            del loaded
            if self.device == "cuda":
                torch.cuda.synchronize()
                torch.cuda.empty_cache()
            logger.info("evicted %s", name)

    @contextlib.contextmanager
    def use(self, name: str, **options: Any) -> Iterator[Loaded]:
        with self._guard:
            if name not in self._models:
                loaded = self._loader(name, **options)
                self._evict(loaded.bytes)
                self._models[name] = loaded
            loaded = self._models[name]
            self._models.move_to_end(name)
        with loaded.lock, torch.inference_mode(), self._autocast():
            loaded.used = time.monotonic()
            yield loaded

    def _autocast(self) -> ContextManager[Any]:
        return torch.autocast("cuda", dtype=torch.float16) if self.device == "cuda" else contextlib.nullcontext()

    def stats(self) -> SimpleNamespace:
        peak = torch.cuda.max_memory_allocated() if self.device == "cuda" else 0
        return SimpleNamespace(models=list(self._models), peak=peak, free=self.budget - sum(m.bytes for m in self._models.values()))


class RealtimeHandler:
    def predict(self, request: dict[str, Any]) -> dict[str, Any]:
        with Manager().use(request.get("model", "intfloat/e5-small-v2")) as loaded:
            batch = loaded.tokenizer(request["text"], return_tensors="pt", truncation=True).to(loaded.model.device)
            vector = loaded.model(**batch).last_hidden_state[0, 0]
        return {"embedding": vector.float().cpu().tolist(), **vars_of(Manager().stats())}


def vars_of(namespace: SimpleNamespace) -> dict[str, Any]:
    return {"models": namespace.models, "peak": namespace.peak}
