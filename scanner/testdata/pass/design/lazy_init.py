"""What stands in __init__.py of big plugins: __all__, versions, lazy attributes, optional parts."""
from __future__ import annotations

import logging as _logging
import os as _os
import sys as _sys
import typing as _t
import warnings as _warnings

from .processors import audio, image, text
from .processors.core import Embedder as Embedder
from .processors.core import normalise as _normalise

try:
    from ._version import version as __version__
except ImportError:
    __version__ = "0.0.0+unknown"

if _t.TYPE_CHECKING:
    from .processors.video import VideoEmbedder

__author__ = "the embedding team"
__license__ = "MIT"
__all__ = ["Embedder", "audio", "image", "text", "embed", "available", "__version__"]
__all__ += ["video"] if _os.environ.get("WITH_VIDEO") else []

_log = _logging.getLogger(__name__)
_log.addHandler(_logging.NullHandler())

_BY_KIND: dict[str, _t.Callable[..., _t.Any]] = {"text": text.embed, "image": image.embed, "audio": audio.embed}
_moved = {"TextEmbedder": "Embedder", "ImageEmbedder": "Embedder"}

if _sys.version_info[:2] < (3, 9):
    raise ImportError("Python 3.9 or newer is needed, not %s" % _sys.version.split()[0])
elif _sys.platform == "win32":
    _warnings.warn("not tried on Windows", RuntimeWarning, stacklevel=2)


def __getattr__(name: str) -> _t.Any:
    if name in _moved:
        _warnings.warn(f"{name} is now {_moved[name]}", DeprecationWarning, stacklevel=2)
        return Embedder
    if name == "video":
        from .processors import video

        return video
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)


def embed(kind: str, data: _t.Any, **options: _t.Any) -> list[float]:
    """One vector of ``data``, which is of that ``kind``."""
    try:
        fn = _BY_KIND[kind]
    except KeyError:
        raise ValueError(f"kind must be one of {', '.join(sorted(_BY_KIND))}, not {kind!r}") from None
    return _normalise(fn(data, **options))


def available() -> dict[str, bool]:
    out = {kind: True for kind in _BY_KIND}
    try:
        from .processors import video  # noqa: F401
    except ImportError as err:
        _log.debug("no video: %s", err)
        out["video"] = False
    else:
        out["video"] = True
    return out


def video_embedder(**options: _t.Any) -> VideoEmbedder:
    from .processors.video import VideoEmbedder as cls

    return cls(**options)


del _moved["ImageEmbedder"]
