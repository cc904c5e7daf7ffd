"""Test-time augmentation: several views of one image, one averaged vector."""
from __future__ import annotations

import random
from typing import Protocol, runtime_checkable

import albumentations as A
import numpy as np
import numpy.typing as npt
import skimage.color
import skimage.exposure
from albumentations.pytorch import ToTensorV2
from skimage import filters, measure
from skimage.transform import resize

FloatArray = npt.NDArray[np.float32]


@runtime_checkable
class Embedder(Protocol):
    dim: int

    def embed(self, image: FloatArray) -> FloatArray: ...


def views(size: int = 224, seed: int | None = None) -> list[A.Compose]:
    rng = random.Random(seed)
    jitter = rng.uniform(0.05, 0.2)
    base = [A.Resize(size, size)]
    return [
        A.Compose(base),
        A.Compose([*base, A.HorizontalFlip(p=1.0)]),
        A.Compose([A.RandomResizedCrop(size=(size, size), scale=(0.8, 1.0))]),
        A.Compose([*base, A.ColorJitter(brightness=jitter, contrast=jitter, p=1.0), A.Normalize(), ToTensorV2()]),
    ]


def sharpness(image: npt.NDArray[np.uint8]) -> float:
    gray = skimage.color.rgb2gray(image)
    return float(filters.laplace(gray).var())


def largest_blob(image: npt.NDArray[np.uint8]) -> tuple[slice, slice] | None:
    gray = skimage.color.rgb2gray(skimage.exposure.rescale_intensity(image))
    labels = measure.label(gray > filters.threshold_otsu(gray))
    regions = measure.regionprops(labels)
    if not regions:
        return None
    top, left, bottom, right = max(regions, key=lambda r: r.area).bbox
    return slice(top, bottom), slice(left, right)


def embed_views(model: Embedder, image: npt.NDArray[np.uint8], *, size: int = 224) -> FloatArray:
    if not isinstance(model, Embedder):
        raise TypeError(f"{model!r} has no embed()")
    if (window := largest_blob(image)) is not None:
        image = image[window]
    image = (resize(image, (size, size), anti_aliasing=True) * 255).astype(np.uint8)
    stack = np.stack([model.embed(np.asarray(v(image=image)["image"], dtype=np.float32)) for v in views(size, seed=7)])
    mean = stack.mean(axis=0)
    return (mean / (np.linalg.norm(mean) + 1e-12)).astype(np.float32)
