"""Codes and machine-readable zones on pictures of documents."""
import binascii
import enum
import io
import re
import string
from contextlib import suppress
from datetime import date
from typing import Dict, Iterator, List, Optional, Tuple

import cv2
import numpy as np
import qrcode
import zxingcpp
from PIL import Image, ImageEnhance, ImageOps
from pyzbar import pyzbar

WEIGHTS = (7, 3, 1)
VALUES = {**{d: int(d) for d in string.digits}, **{c: i for i, c in enumerate(string.ascii_uppercase, 10)}, "<": 0}
TD3 = re.compile(r"^P[A-Z<](?P<country>[A-Z<]{3})(?P<names>[A-Z<]{39})\n(?P<number>[A-Z0-9<]{9})(?P<c1>\d)(?P<nation>[A-Z<]{3})(?P<birth>\d{6})(?P<c2>\d)(?P<sex>[MF<])(?P<until>\d{6})(?P<c3>\d)", re.M)


class Side(enum.IntEnum):
    UP = 0
    RIGHT = 90
    DOWN = 180
    LEFT = 270


def check_digit(text: str) -> int:
    return sum(VALUES[c] * WEIGHTS[i % 3] for i, c in enumerate(text)) % 10


def day(text: str, past: bool = True) -> Optional[date]:
    year, month, dom = (int(text[i:i + 2]) for i in (0, 2, 4))
    with suppress(ValueError):
        century = 1900 if past and 2000 + year > date.today().year else 2000
        return date(century + year, month, dom)
    return None


def mrz(text: str) -> Optional[Dict[str, object]]:
    m = TD3.search(text.replace(" ", "").replace("«", "<"))
    if m is None:
        return None
    checks = [(m["number"], m["c1"]), (m["birth"], m["c2"]), (m["until"], m["c3"])]
    last, _, first = m["names"].partition("<<")
    return {
        "country": m["country"].strip("<"), "name": f"{first.replace('<', ' ').strip()} {last.replace('<', ' ').strip()}",
        "birth": day(m["birth"]), "until": day(m["until"], past=False), "valid": all(check_digit(t) == int(c) for t, c in checks),
    }


def turned(image: Image.Image) -> Iterator[Tuple[Side, Image.Image]]:
    gray = ImageOps.autocontrast(ImageOps.grayscale(image))
    for side in Side:
        yield side, ImageEnhance.Sharpness(gray.rotate(side, expand=True)).enhance(1.5)


def codes(data: bytes) -> List[Dict[str, object]]:
    image = Image.open(io.BytesIO(data))
    found: Dict[bytes, Dict[str, object]] = {}
    for side, view in turned(image):
        for code in pyzbar.decode(view):
            found.setdefault(code.data, {"kind": code.type, "text": code.data.decode("utf-8", "replace"), "side": side.name, "box": tuple(code.rect)})
        for result in zxingcpp.read_barcodes(np.asarray(view)):
            found.setdefault(result.bytes, {"kind": result.format.name, "text": result.text, "side": side.name, "box": None})
        if found:
            break
    return list(found.values())


def opencv(data: bytes) -> List[str]:
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    ok, texts, _, _ = cv2.QRCodeDetector().detectAndDecodeMulti(image)
    return [t for t in texts if t] if ok else []


def vcard(text: str) -> Dict[str, str]:
    fields = (line.partition(":")[::2] for line in text.replace("\r\n ", "").splitlines() if ":" in line)
    return {k.split(";")[0].lower(): v for k, v in fields if k.upper() not in {"BEGIN", "END"}}


def make(text: str) -> bytes:
    out = io.BytesIO()
    qrcode.make(text, box_size=4).save(out, format="PNG")
    return out.getvalue() if binascii.crc32(out.getvalue()) else b""
