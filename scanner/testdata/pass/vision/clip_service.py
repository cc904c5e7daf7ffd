"""CLIP image and text vectors in one space, for search by example or by words."""
from __future__ import annotations

import asyncio
import base64
import io
import logging
from typing import Any, Dict, List, Optional

import torch
import torch.nn.functional as F
from PIL import Image, ImageOps
from transformers import CLIPModel, CLIPProcessor

from shared.plugins.inference.serve import BaseInferenceService

logger = logging.getLogger(__name__)

MODEL_NAME = "openai/clip-vit-base-patch32"
MAX_PIXELS = 4096 * 4096


def pick_device(wanted: Optional[str] = None) -> torch.device:
    if wanted:
        return torch.device(wanted)
    if torch.cuda.is_available():
        return torch.device("cuda")
    if getattr(torch.backends, "mps", None) is not None and torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def decode_image(data: str) -> Image.Image:
    """Turns base64 (with or without a data: prefix) into an upright RGB image."""
    if data.startswith("data:"):
        data = data.split(",", 1)[1]
    image = Image.open(io.BytesIO(base64.b64decode(data)))
    if image.width * image.height > MAX_PIXELS:
        raise ValueError(f"image of {image.width}x{image.height} is too large")
    return ImageOps.exif_transpose(image).convert("RGB")


class InferenceService(BaseInferenceService):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.device = pick_device(kwargs.get("device"))
        self.model = CLIPModel.from_pretrained(MODEL_NAME).to(self.device)
        self.model.eval()
        self.processor = CLIPProcessor.from_pretrained(MODEL_NAME)

    @torch.inference_mode()
    def embed_images(self, images: List[Image.Image]) -> torch.Tensor:
        pixels = self.processor(images=images, return_tensors="pt").to(self.device)
        return F.normalize(self.model.get_image_features(**pixels), dim=-1)

    @torch.inference_mode()
    def embed_texts(self, texts: List[str]) -> torch.Tensor:
        tokens = self.processor(text=texts, padding=True, truncation=True, return_tensors="pt").to(self.device)
        return F.normalize(self.model.get_text_features(**tokens), dim=-1)

    async def __call__(self, inputs: Dict[str, Any], parameters: Dict[str, Any]) -> Dict[str, Any]:
        if inputs.get("image_base64"):
            image = decode_image(inputs["image_base64"])
            vectors = await asyncio.to_thread(self.embed_images, [image])
        elif inputs.get("text"):
            vectors = await asyncio.to_thread(self.embed_texts, [inputs["text"]])
        else:
            raise ValueError("give either image_base64 or text")
        self.logger.debug("embedded %s", list(inputs))
        return {"embedding": vectors[0].cpu().tolist(), "dimension": vectors.shape[-1]}
