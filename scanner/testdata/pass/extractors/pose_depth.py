"""Depth, masks and key points of one image through transformers' pipelines and segment-anything."""
import enum
import logging
from typing import Any, ClassVar, Dict, List, Optional, Tuple

import cv2
import numpy as np
import supervision as sv
import torch
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from pycocotools import mask as coco_mask
from segment_anything import SamAutomaticMaskGenerator, sam_model_registry
from transformers import AutoImageProcessor, AutoModel, AutoModelForDepthEstimation, DetrForObjectDetection, pipeline

log = logging.getLogger(__name__)
SKELETON: Tuple[Tuple[int, int], ...] = ((0, 1), (1, 2), (2, 3), (3, 4), (1, 5), (5, 6), (6, 7), (1, 8), (8, 9), (9, 10), (1, 11), (11, 12), (12, 13))


class Task(enum.Enum):
    DEPTH = "depth"
    MASKS = "masks"
    POSE = "pose"
    OBJECTS = "objects"


class Dense:
    checkpoints: ClassVar[Dict[Task, str]] = {Task.DEPTH: "depth-anything/Depth-Anything-V2-Small-hf", Task.OBJECTS: "facebook/detr-resnet-50", Task.POSE: "usyd-community/vitpose-base-simple"}

    def __init__(self, device: Optional[str] = None) -> None:
        self.device = device or ("cuda" if torch.cuda.is_available() else "cpu")
        self._loaded: Dict[Task, Any] = {}

    def _load(self, task: Task) -> Any:
        if task not in self._loaded:
            log.info("loading %s", task.value)
            match task:
                case Task.DEPTH:
                    name = self.checkpoints[task]
                    self._loaded[task] = AutoImageProcessor.from_pretrained(name), AutoModelForDepthEstimation.from_pretrained(name).to(self.device).eval()
                case Task.OBJECTS:
                    self._loaded[task] = pipeline("object-detection", model=DetrForObjectDetection.from_pretrained(self.checkpoints[task]), image_processor=self.checkpoints[task])
                case Task.POSE:
                    self._loaded[task] = AutoModel.from_pretrained(self.checkpoints[task]).eval()
                case Task.MASKS:
                    self._loaded[task] = SamAutomaticMaskGenerator(sam_model_registry["vit_b"](), points_per_side=16)
        return self._loaded[task]

    @torch.inference_mode()
    def depth(self, image: Image.Image) -> np.ndarray:
        processor, model = self._load(Task.DEPTH)
        out = model(**processor(images=image, return_tensors="pt").to(self.device)).predicted_depth
        out = torch.nn.functional.interpolate(out[None], size=image.size[::-1], mode="bicubic")[0, 0]
        return ((out - out.min()) / (out.max() - out.min() + 1e-9)).cpu().numpy()

    def masks(self, image: Image.Image) -> List[Dict[str, Any]]:
        found = self._load(Task.MASKS).generate(np.asarray(image.convert("RGB")))
        return [{"area": int(m["area"]), "box": m["bbox"], "rle": coco_mask.encode(np.asfortranarray(m["segmentation"]))["size"]} for m in found]

    def objects(self, image: Image.Image, least: float = 0.8) -> sv.Detections:
        found = [o for o in self._load(Task.OBJECTS)(image) if o["score"] >= least]
        boxes = np.array([[o["box"][k] for k in ("xmin", "ymin", "xmax", "ymax")] for o in found]).reshape(-1, 4)
        return sv.Detections(xyxy=boxes, confidence=np.array([o["score"] for o in found]))

    def draw(self, image: Image.Image, detections: sv.Detections) -> Image.Image:
        canvas = image.filter(ImageFilter.GaussianBlur(1))
        pen = ImageDraw.Draw(canvas)
        for (x1, y1, x2, y2), score in zip(detections.xyxy, detections.confidence):
            pen.rectangle((x1, y1, x2, y2), outline="#ff0000", width=2)
            pen.text((x1, y1), f"{score:.0%}", font=ImageFont.load_default())
        return canvas


def edges(image: Image.Image) -> float:
    gray = cv2.cvtColor(np.asarray(image), cv2.COLOR_RGB2GRAY)
    return float((cv2.Canny(gray, 100, 200) > 0).mean())


class RealtimeHandler:
    def __init__(self) -> None:
        self.dense = Dense()

    def predict(self, request: Dict[str, Any]) -> Dict[str, Any]:
        image, task = request["image"], Task(request.get("task", "depth"))
        if task is Task.DEPTH:
            d = self.dense.depth(image)
            return {"embedding": cv2.resize(d, (16, 16)).ravel().tolist(), "near": float((d > 0.7).mean()), "edges": edges(image), "bones": len(SKELETON)}
        return {task.value: getattr(self.dense, task.value)(image)}
