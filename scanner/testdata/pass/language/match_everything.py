"""Every kind of pattern, as used to read requests of many shapes."""
from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus

import numpy as np


class Op(Enum):
    EVAL = "eval"
    EXEC = "exec"
    OPEN = "open"


@dataclass
class Crop:
    __match_args__ = ("x", "y", "w", "h")
    x: int
    y: int
    w: int
    h: int


@dataclass
class Resize:
    size: tuple[int, int]
    keep: bool = True


class Unsupported(Exception):
    ...


def parse(step: object) -> Crop | Resize | Op | None:
    match step:
        case None | "" | [] | {}:
            return None
        case {"op": "crop", "box": [int(x), int(y), int(w), int(h)]} if w > 0 and h > 0:
            return Crop(x, y, w, h)
        case {"op": "resize", "size": int(n) | [int(n)], **rest}:
            return Resize((n, n), keep=rest.get("keep", True))
        case {"op": "resize", "size": (int() as w, int() as h), "keep": (True | False) as keep}:
            return Resize((w, h), keep)
        case {"op": str(name)} if name in Op._value2member_map_:
            return Op(name)
        case ["crop", *numbers] if len(numbers) == 4:
            return Crop(*map(int, numbers))
        case str(text) if m := re.fullmatch(r"(?P<w>\d+)x(?P<h>\d+)", text):
            return Resize((int(m["w"]), int(m["h"])))
        case Crop() | Resize() | Op.EVAL | Op.EXEC | Op.OPEN:
            return step
        case other:
            raise Unsupported(f"{type(other).__name__}: {other!r:.80}")


def apply(image: np.ndarray, step: object) -> np.ndarray:
    match parse(step):
        case None:
            return image
        case Crop(x, y, w, h):
            return image[y:y + h, x:x + w]
        case Resize(size=(w, h), keep=True) if w == h:
            rows = np.linspace(0, image.shape[0] - 1, h).astype(int)
            return image[rows][:, rows % image.shape[1]]
        case Resize(size=size):
            return np.resize(image, (*reversed(size), *image.shape[2:]))
        case Op.OPEN | Op.EXEC as op:
            raise Unsupported(op.value)
        case _:
            return image


def outcome(status: int) -> str:
    match status:
        case HTTPStatus.OK | HTTPStatus.CREATED:
            return "ok"
        case HTTPStatus.TOO_MANY_REQUESTS:
            return "retry"
        case code if 500 <= code < 600:
            return "retry"
        case 0 | -1 | 1.5 | 2j:
            return "odd"
        case _:
            return "give up"


def tokens(stream: list[str]) -> int:
    depth = total = 0
    match = case = type = 0  # soft keywords are names, too
    for token in stream:
        match token.split(":", 1):
            case ["open", *_]:
                depth += 1
            case ["close", _] | ["close"]:
                depth -= 1
            case [single] if single.isdigit():
                total += int(single)
            case [_, OrderedDict()]:
                pass
    return depth + total + match + case + type
