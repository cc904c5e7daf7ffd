"""Names from a configuration become classes and constants of libraries, the way configs are read everywhere."""
import logging
import os

import cv2
import numpy as np
import torch
import torch.nn as nn
import torchvision.models
import torchvision.transforms as T
from PIL import Image

LEVEL = logging.getLevelName(os.environ.get("LOG_LEVEL", "INFO").upper())
DTYPE = getattr(torch, "bfloat16" if torch.cuda.is_available() else "float32")
HAS_COMPILE = hasattr(torch, "compile")
RESAMPLE = getattr(Image, "Resampling", Image).BICUBIC


def interpolation(name):
    return getattr(cv2, f"INTER_{name.upper()}")


def activation(name="GELU"):
    return {"gelu": nn.GELU, "relu": nn.ReLU, "silu": nn.SiLU}[name.lower()]()


def transforms(steps):
    table = {"resize": T.Resize, "crop": T.CenterCrop, "normalize": T.Normalize, "tensor": T.ToTensor}
    return T.Compose([table[step.pop("name")](**step) for step in map(dict, steps)])


def backbone(name, weights=None):
    if name not in torchvision.models.list_models():
        raise ValueError("no such model: %s" % name)
    return torchvision.models.get_model(name, weights=weights)


def dtype_of(name):
    return np.dtype(name), torch.zeros(0, dtype=DTYPE).dtype


class Config:
    def __init__(self, raw):
        self._raw = dict(raw)

    def __getattr__(self, name):
        try:
            return self._raw[name]
        except KeyError:
            raise AttributeError(f"no setting {name!r}; have {', '.join(self._raw)}") from None

    def get(self, name, default=None):
        return getattr(self, name, default)

    def __dir__(self):
        return sorted({"get", *self._raw})


def describe(obj, fields=("shape", "dtype", "device", "mode", "size")):
    return {name: str(getattr(obj, name)) for name in fields if hasattr(obj, name)}


def public(obj):
    return [name for name in dir(obj) if not name.startswith("_") and callable(getattr(obj, name, None))]


logging.getLogger(__name__).setLevel(LEVEL)
