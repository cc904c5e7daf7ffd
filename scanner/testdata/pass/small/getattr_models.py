import torch
import torchvision
from torchvision import models

CHOICES = {"resnet18": models.resnet18, "resnet50": models.resnet50, "vit": models.vit_b_16}
DTYPES = {"fp16": torch.float16, "bf16": torch.bfloat16, "fp32": torch.float32}

def build(name="resnet18", dtype="fp32", head=None):
    if name not in CHOICES:
        raise ValueError(f"{name} is none of {', '.join(CHOICES)}")
    model = CHOICES[name](weights=None)
    if hasattr(model, "fc"):
        model.fc = torch.nn.Identity()
    elif hasattr(model, "heads"):
        model.heads = head or torch.nn.Identity()
    weights = torchvision.models.get_model_weights(name)
    return model.to(DTYPES[dtype]).eval(), weights.DEFAULT.transforms()
