# -*- coding: utf-8 -*-
"""DINOv2 through timm: one global vector and a grid of patch vectors."""
import math
from typing import NamedTuple

import numpy as np
import timm
import torch
from einops import rearrange
from timm.data import create_transform, resolve_data_config


class Grid(NamedTuple):
    """A global vector (dim,) and patch vectors (rows, cols, dim)."""

    whole: np.ndarray
    patches: np.ndarray


class DinoExtractor:
    def __init__(self, name="vit_small_patch14_dinov2.lvd142m", compile=False, half=False):
        model = timm.create_model(name, pretrained=True, num_classes=0)
        model.eval()
        for p in model.parameters():
            p.requires_grad_(False)
        if half:
            model = model.half()
        if compile:
            model = torch.compile(model, mode="reduce-overhead")
        self.model = model
        self.transform = create_transform(**resolve_data_config({}, model=model))
        self.prefix = getattr(model, "num_prefix_tokens", 1)

    @torch.no_grad()
    def __call__(self, image):
        x = self.transform(image.convert("RGB")).unsqueeze(0)
        tokens = self.model.forward_features(x)
        cls, rest = tokens[:, 0], tokens[:, self.prefix:]
        side = int(math.isqrt(rest.shape[1]))
        grid = rearrange(rest, "b (h w) d -> b h w d", h=side)
        return Grid(cls[0].float().numpy(), grid[0].float().numpy())


def pca_rgb(grid, components=3):
    """Colours patches by their first principal components, for a quick look."""
    h, w, d = grid.shape
    flat = grid.reshape(-1, d)
    flat = flat - flat.mean(axis=0, keepdims=True)
    _, _, vt = np.linalg.svd(flat, full_matrices=False)
    projected = flat @ vt[:components].T
    lo, hi = projected.min(0), projected.max(0)
    return ((projected - lo) / np.maximum(hi - lo, 1e-9)).reshape(h, w, components)
