"""A handler's dict as JSON text and raw floats.

The one rule for what travels raw: a list or tuple of at least RAW_MIN items
that are all exactly float, and a one-dimensional float32 or float64 array of
numpy or array, wherever dicts and lists lead to it. The host writes their
digits, the same that repr would write, and refuses NaN and infinities as
json.dumps(allow_nan=False) does here.
"""
import array
import json
import marshal
import os
import sys
from json import encoder as _json

TEXT, LIST64, FLOAT64, FLOAT32 = 18, 19, 20, 21
RAW_MIN = 16
DEPTH_MAX = 8


class TooLarge(Exception):
    """The answer is over the cap."""


def _default(value):
    if _is_numpy(value) and hasattr(value, "tolist"):
        return value.tolist()
    if type(value) is array.array:
        return value.tolist()
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def _is_numpy(value):
    return type(value).__module__ == "numpy" and "numpy" in sys.modules


if _json.c_make_encoder is not None:
    # json.dumps builds this object anew for every call; it holds no state.
    _chunks = _json.c_make_encoder(
        None, _default, _json.encode_basestring_ascii, None, ":", ",", False, False, False)

    def dumps(value):
        return "".join(_chunks(value, 0))
else:
    dumps = json.JSONEncoder(separators=(",", ":"), allow_nan=False, default=_default).encode


# Stands in the text where raw floats go. An author's own text that holds it
# is found by counting, and then nothing travels raw.
MARK = "pf-floats-" + os.urandom(12).hex()
QUOTED = f'"{MARK}"'
_SEQUENCE = (list, tuple)


def _raw(value):
    """(kind, bytes) of a value that may travel raw, else None."""
    kind = type(value)
    if kind is list or kind is tuple:
        n = len(value)
        if n < RAW_MIN or type(value[0]) is not float or type(value[-1]) is not float:
            return None
        try:
            data = marshal.dumps(value, 2)
        except ValueError:
            return None
        # One opening byte and the count, then per float the letter g and
        # eight bytes: any other item gives another length or letter.
        if len(data) != 5 + 9 * n or data[5::9] != b"g" * n:
            return None
        return LIST64, data[5:]
    if kind is array.array:
        if value.typecode == "d":
            return FLOAT64, value.tobytes()
        if value.typecode == "f":
            return FLOAT32, value.tobytes()
        return None
    if kind.__name__ == "ndarray" and _is_numpy(value) and value.ndim == 1:
        name = value.dtype.str
        if name == "<f8":
            return FLOAT64, value.tobytes()
        if name == "<f4":
            return FLOAT32, value.tobytes()
    return None


def _lift(value, raws, depth):
    """value with what travels raw taken out; copies only what changes."""
    kind = type(value)
    if kind is float or kind is str or kind is int:
        return value
    found = _raw(value)
    if found is not None:
        raws.append(found)
        return MARK
    if depth >= DEPTH_MAX:
        return value
    if isinstance(value, dict):
        changed = None
        for key, item in value.items():
            lifted = _lift(item, raws, depth + 1)
            if lifted is not item:
                if changed is None:
                    changed = dict(value)
                changed[key] = lifted
        return value if changed is None else changed
    if kind in _SEQUENCE:
        if not value or type(value[0]) in (float, int, str):
            return value
        lifted = [_lift(item, raws, depth + 1) for item in value]
        return lifted if any(a is not b for a, b in zip(lifted, value)) else value
    if kind.__name__ == "ndarray" and _is_numpy(value) and value.ndim > 1:
        return [_lift(row, raws, depth + 1) for row in value]
    return value


def encode(answer, cap):
    """Parts (kind, bytes) that the host joins to the answer's JSON.

    Raises TypeError for what is no dict or holds what JSON cannot, ValueError
    for NaN and infinities, TooLarge past cap bytes.
    """
    if not isinstance(answer, dict):
        raise TypeError(f"the handler must return a dict, not {type(answer).__name__}")
    raws = []
    text = dumps(_lift(answer, raws, 0))
    if raws:
        pieces = text.split(QUOTED)
        if len(pieces) != len(raws) + 1 or MARK in "".join(pieces):
            raws, pieces = [], [dumps(answer)]
    else:
        pieces = [text]
    parts, size = [], 0
    for i, piece in enumerate(pieces):
        parts.append((TEXT, piece.encode()))
        size += len(piece)
        if i < len(raws):
            parts.append(raws[i])
            size += len(raws[i][1])
    if size > cap:
        raise TooLarge
    return parts
