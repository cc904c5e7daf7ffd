"""Captions by BLIP with a small cache, so that a repeated image is free."""
import gc
import hashlib
import time
from collections import OrderedDict
from typing import Any, Dict, Generic, Hashable, Optional, TypeVar

import torch
from transformers import BlipForConditionalGeneration, BlipProcessor

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class LRU(Generic[K, V]):
    def __init__(self, size: int = 256, ttl: Optional[float] = None) -> None:
        self._items: "OrderedDict[K, tuple[float, V]]" = OrderedDict()
        self.size, self.ttl = size, ttl
        self.hits = self.misses = 0

    def get(self, key: K) -> Optional[V]:
        try:
            born, value = self._items[key]
        except KeyError:
            self.misses += 1
            return None
        if self.ttl is not None and time.monotonic() - born > self.ttl:
            del self._items[key]
            self.misses += 1
            return None
        self._items.move_to_end(key)
        self.hits += 1
        return value

    def __setitem__(self, key: K, value: V) -> None:
        self._items[key] = (time.monotonic(), value)
        self._items.move_to_end(key)
        while len(self._items) > self.size:
            self._items.popitem(last=False)

    def __contains__(self, key: object) -> bool:
        return key in self._items

    def __len__(self) -> int:
        return len(self._items)


class CaptionInferenceService:
    def __init__(self, name: str = "Salesforce/blip-image-captioning-base") -> None:
        self.processor = BlipProcessor.from_pretrained(name)
        self.model = BlipForConditionalGeneration.from_pretrained(name).eval()
        self.cache: LRU[str, str] = LRU(1024, ttl=3600)

    def run_inference(self, inputs: Dict[str, Any], parameters: Dict[str, Any]) -> Dict[str, Any]:
        image = inputs["image"]
        key = hashlib.sha256(image.tobytes()).hexdigest()
        if (caption := self.cache.get(key)) is None:
            encoded = self.processor(image, parameters.get("prompt", ""), return_tensors="pt")
            with torch.no_grad():
                ids = self.model.generate(**encoded, max_new_tokens=parameters.get("max_new_tokens", 40), num_beams=3)
            caption = self.processor.decode(ids[0], skip_special_tokens=True).strip()
            self.cache[key] = caption
        return {"caption": caption, "cached": self.cache.hits, "size": len(self.cache)}

    def unload(self) -> None:
        del self.model
        gc.collect()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
            torch.cuda.ipc_collect()


def get_inference_service(**kwargs: Any) -> CaptionInferenceService:
    return CaptionInferenceService(**kwargs)
