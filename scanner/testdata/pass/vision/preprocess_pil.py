"""Letterboxing, tiling and normalising with PIL and numpy only."""
from __future__ import annotations

import io
import warnings
from contextlib import contextmanager
from typing import Callable, Iterator, Sequence

import numpy as np
from PIL import Image, ImageFile, ImageOps

ImageFile.LOAD_TRUNCATED_IMAGES = True
Image.MAX_IMAGE_PIXELS = 178_956_970

IMAGENET_MEAN = np.array([0.485, 0.456, 0.406], dtype=np.float32)
IMAGENET_STD = np.array([0.229, 0.224, 0.225], dtype=np.float32)

Transform = Callable[[Image.Image], Image.Image]


@contextmanager
def bombs_are_errors() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        yield


def open_rgb(data: bytes) -> Image.Image:
    with bombs_are_errors(), Image.open(io.BytesIO(data)) as handle:
        handle.seek(0)  # first frame of a GIF
        image = ImageOps.exif_transpose(handle)
        if image.mode in ("RGBA", "LA", "P"):
            rgba = image.convert("RGBA")
            back = Image.new("RGBA", rgba.size, (255, 255, 255, 255))
            image = Image.alpha_composite(back, rgba)
        return image.convert("RGB")


def letterbox(size: int, fill: Sequence[int] = (114, 114, 114)) -> Transform:
    def apply(image: Image.Image) -> Image.Image:
        scale = size / max(image.size)
        new = tuple(max(1, round(side * scale)) for side in image.size)
        canvas = Image.new("RGB", (size, size), tuple(fill))
        canvas.paste(image.resize(new, Image.Resampling.BICUBIC), ((size - new[0]) // 2, (size - new[1]) // 2))
        return canvas

    return apply


def compose(*steps: Transform) -> Transform:
    def apply(image: Image.Image) -> Image.Image:
        for step in steps:
            image = step(image)
        return image

    return apply


def to_chw(image: Image.Image) -> np.ndarray:
    array = np.asarray(image, dtype=np.float32) / 255.0
    return ((array - IMAGENET_MEAN) / IMAGENET_STD).transpose(2, 0, 1)


def tiles(image: Image.Image, size: int, overlap: float = 0.2) -> Iterator[tuple[tuple[int, int], Image.Image]]:
    step = max(1, int(size * (1 - overlap)))
    for top in range(0, max(1, image.height - size + step), step):
        for left in range(0, max(1, image.width - size + step), step):
            yield (left, top), image.crop((left, top, left + size, top + size))


preprocess = compose(letterbox(224))
