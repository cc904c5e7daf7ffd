"""Translates to English first, then embeds: one vector space for many languages."""
import threading
from collections import OrderedDict
from typing import Dict, List, Optional, Tuple

import sacremoses
import torch
from sentence_transformers import SentenceTransformer
from transformers import MarianMTModel, MarianTokenizer, pipeline

SUPPORTED = {"de", "fr", "es", "it", "nl", "ru", "zh", "ar"}


class Translators:
    """Keeps at most ``keep`` models."""

    def __init__(self, keep: int = 2) -> None:
        self._keep, self._lock = keep, threading.Lock()
        self._loaded: "OrderedDict[str, Tuple[MarianTokenizer, MarianMTModel]]" = OrderedDict()

    def open(self, source: str) -> Tuple[MarianTokenizer, MarianMTModel]:
        with self._lock:
            if source in self._loaded:
                self._loaded.move_to_end(source)
            else:
                name = f"Helsinki-NLP/opus-mt-{source}-en"
                self._loaded[source] = MarianTokenizer.from_pretrained(name), MarianMTModel.from_pretrained(name).eval()
                if len(self._loaded) > self._keep:
                    self._loaded.popitem(last=False)
            return self._loaded[source]

    @torch.inference_mode()
    def __call__(self, texts: List[str], source: str) -> List[str]:
        tokenizer, model = self.open(source)
        batch = tokenizer(texts, return_tensors="pt", padding=True, truncation=True)
        return tokenizer.batch_decode(model.generate(**batch, num_beams=2, max_new_tokens=256), skip_special_tokens=True)


class RealtimeHandler:
    def __init__(self, detector: Optional[str] = "papluca/xlm-roberta-base-language-detection") -> None:
        self.detect = pipeline("text-classification", model=detector, device=-1)
        self.translate = Translators()
        self.encoder = SentenceTransformer("all-MiniLM-L6-v2")
        self.splitters: Dict[str, sacremoses.MosesPunctNormalizer] = {}

    def _normalise(self, text: str, language: str) -> str:
        splitter = self.splitters.setdefault(language, sacremoses.MosesPunctNormalizer(lang=language))
        return splitter.normalize(text)

    def predict(self, request: dict) -> dict:
        text = request.get("text") or ""
        if not text.strip():
            raise ValueError("text is empty")
        language = request.get("language") or self.detect(text[:512])[0]["label"]
        english = text
        if language != "en":
            if language not in SUPPORTED:
                raise ValueError(f"language {language!r} is none of {', '.join(sorted(SUPPORTED))}")
            (english,) = self.translate([self._normalise(text, language)], language)
        return {"embedding": self.encoder.encode(english).tolist(), "language": language, "english": english}
