"""Text, tables and pictures of PDF files that arrive as bytes."""
import io
import logging
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Iterator, List, Optional

import camelot
import fitz
import pdfplumber
import pypdf
from pdf2image import convert_from_bytes
from pdfminer.high_level import extract_text
from pdfminer.layout import LAParams
from PIL import Image
from pypdf.errors import PdfReadError

logging.getLogger("pdfminer").setLevel(logging.ERROR)
HEADING = re.compile(r"^(?:\d+(?:\.\d+)*\.?\s+)?[A-Z][^.!?]{2,80}$")
LIGATURES = {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl"}


@dataclass
class Page:
    number: int
    text: str
    tables: List[List[List[Optional[str]]]] = field(default_factory=list)
    images: int = 0

    @property
    def scanned(self) -> bool:
        return len(self.text.strip()) < 20 and self.images > 0


class Encrypted(ValueError):
    """The file needs a password."""


def tidy(text: str) -> str:
    for bad, good in LIGATURES.items():
        text = text.replace(bad, good)
    text = re.sub(r"(\w)-\n(\w)", r"\1\2", text)
    return re.sub(r"[ \t]+\n", "\n", text)


def pages(data: bytes, limit: int = 500) -> Iterator[Page]:
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        for number, page in enumerate(pdf.pages[:limit], 1):
            yield Page(number, tidy(page.extract_text() or ""), page.extract_tables(), len(page.images))
            page.close()


def metadata(data: bytes) -> dict:
    try:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
    except PdfReadError as err:
        raise ValueError(f"not a PDF: {err}") from err
    if reader.is_encrypted and not reader.decrypt(""):
        raise Encrypted("a password is needed")
    info = reader.metadata or {}
    outline = [getattr(o, "title", "") for o in reader.outline if not isinstance(o, list)]
    return {"pages": len(reader.pages), "title": info.get("/Title", ""), "author": info.get("/Author", ""), "outline": outline}


def pictures(data: bytes, dpi: int = 150) -> Iterator[Image.Image]:
    with fitz.open(stream=data, filetype="pdf") as document:
        for page in document:
            pix = page.get_pixmap(dpi=dpi)
            yield Image.frombytes("RGB", (pix.width, pix.height), pix.samples)


def repeated(texts: List[str], share: float = 0.6) -> set:
    """Headers and footers: lines that most pages have."""
    counts = Counter(line.strip() for t in texts for line in {*t.splitlines()[:2], *t.splitlines()[-2:]})
    return {line for line, n in counts.items() if n >= share * len(texts) > 2}


def extract(data: bytes) -> dict:
    got = list(pages(data))
    noise = repeated([p.text for p in got])
    lines = [line for p in got for line in p.text.splitlines() if line.strip() not in noise]
    text = "\n".join(lines) or extract_text(io.BytesIO(data), laparams=LAParams(char_margin=1.5))
    return {
        **metadata(data), "text": text, "headings": [line for line in lines if HEADING.match(line)],
        "tables": sum(len(p.tables) for p in got), "scanned": [p.number for p in got if p.scanned],
        "thumbnail": convert_from_bytes(data, dpi=40, last_page=1)[0].size if got else None,
    }


def lattice(path: str) -> list:
    return [t.df.to_dict("records") for t in camelot.read_pdf(path, pages="1-end", flavor="lattice")]
