"""Reads text off pages and keeps its layout: words, lines, blocks."""
import re
import statistics
import unicodedata
from itertools import groupby
from typing import Iterable, List, Tuple

import easyocr
import numpy as np
import pytesseract

HYPHEN = re.compile(r"(\w+)[-\u00ad\u2010]\s*\n\s*(\w+)")
SPACES = re.compile(r"[ \t\f\v\u00a0\u2000-\u200a\u202f\u3000]+")
JUNK = re.compile(r"[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
CODE_LIKE = re.compile(r"^\s*(?:import|exec|eval|open)\b.*\(.*\)\s*;?$", re.M)

Word = Tuple[float, float, float, float, str]


def tidy(text: str) -> str:
    text = unicodedata.normalize("NFKC", text)
    text = JUNK.sub("", text)
    text = HYPHEN.sub(r"\1\2", text)
    return SPACES.sub(" ", text).strip()


def lines(words: Iterable[Word]) -> List[str]:
    words = sorted(words, key=lambda w: (w[1], w[0]))
    if not words:
        return []
    height = statistics.median(w[3] - w[1] for w in words) or 1.0
    out = []
    for _, group in groupby(words, key=lambda w: round(w[1] / height)):
        out.append(" ".join(w[4] for w in sorted(group, key=lambda w: w[0])))
    return out


class TesseractReader:
    config = "--oem 1 --psm 3 -c preserve_interword_spaces=1"

    def read(self, image) -> List[Word]:
        data = pytesseract.image_to_data(image, config=self.config, output_type=pytesseract.Output.DICT)
        keep = (i for i, c in enumerate(data["conf"]) if float(c) > 30 and data["text"][i].strip())
        return [
            (data["left"][i], data["top"][i], data["left"][i] + data["width"][i], data["top"][i] + data["height"][i], data["text"][i])
            for i in keep
        ]


class EasyReader:
    def __init__(self, languages=("en", "de")):
        self._reader = easyocr.Reader(list(languages), gpu=False)

    def read(self, image) -> List[Word]:
        out = []
        for corners, text, confidence in self._reader.readtext(np.asarray(image)):
            xs, ys = zip(*corners)
            if confidence >= 0.3:
                out.append((min(xs), min(ys), max(xs), max(ys), text))
        return out


READERS = {"tesseract": TesseractReader, "easyocr": EasyReader}


def extract(image, engine="tesseract", **options):
    if engine not in READERS:
        raise ValueError("engine must be one of: %s" % ", ".join(sorted(READERS)))
    words = READERS[engine](**options).read(image)
    text = tidy("\n".join(lines(words)))
    return {"text": text, "words": len(words), "looks_like_code": bool(CODE_LIKE.search(text))}
