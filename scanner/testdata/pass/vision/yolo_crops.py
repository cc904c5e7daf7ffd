"""Objects found by YOLO, each crop embedded on its own."""
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from itertools import islice
from operator import attrgetter, itemgetter

import numpy as np
import torch
from PIL import Image
from torchvision import ops, transforms
from torchvision.models import ResNet50_Weights, resnet50
from ultralytics import YOLO


@dataclass(frozen=True, order=True)
class Box:
    score: float
    label: str
    xyxy: tuple

    @property
    def area(self):
        x1, y1, x2, y2 = self.xyxy
        return max(0.0, x2 - x1) * max(0.0, y2 - y1)

    def __str__(self):
        return "%s %.2f @ (%d, %d, %d, %d)" % ((self.label, self.score) + tuple(map(int, self.xyxy)))


def suppress(boxes, iou=0.5):
    if not boxes:
        return []
    corners = torch.tensor([b.xyxy for b in boxes], dtype=torch.float32)
    scores = torch.tensor([b.score for b in boxes])
    return [boxes[i] for i in ops.nms(corners, scores, iou).tolist()]


class CropEmbedder:
    def __init__(self, weights="yolov8n.pt", limit=20):
        self.detector = YOLO(weights)
        net = resnet50(weights=ResNet50_Weights.DEFAULT)
        net.fc = torch.nn.Identity()
        self.net = net.eval()
        self.limit = limit
        self.prepare = transforms.Compose([
            transforms.Resize((224, 224)),
            transforms.ToTensor(),
            transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
        ])

    def detect(self, image):
        result = self.detector(image, verbose=False)[0]
        names = result.names
        boxes = [
            Box(float(conf), names[int(cls)], tuple(map(float, xyxy)))
            for xyxy, conf, cls in zip(result.boxes.xyxy, result.boxes.conf, result.boxes.cls)
        ]
        return sorted(suppress(boxes), key=attrgetter("score"), reverse=True)

    @torch.no_grad()
    def __call__(self, image: Image.Image):
        boxes = list(islice((b for b in self.detect(image) if b.area > 32 * 32), self.limit))
        if not boxes:
            return {"objects": [], "counts": {}}
        crops = torch.stack([self.prepare(image.crop(b.xyxy)) for b in boxes])
        vectors = torch.nn.functional.normalize(self.net(crops), dim=1).numpy()
        by_label = defaultdict(list)
        for b, v in zip(boxes, vectors):
            by_label[b.label].append(v)
        return {
            "objects": [{**asdict(b), "vector": v.tolist()} for b, v in zip(boxes, vectors)],
            "counts": dict(sorted(Counter(b.label for b in boxes).items(), key=itemgetter(1), reverse=True)),
            "means": {k: np.mean(v, axis=0).tolist() for k, v in by_label.items()},
        }
