"""Hooks and events: forward hooks of torch, an event bus, signals, weak listeners."""
import functools
import inspect
import logging
import weakref
from collections import defaultdict
from typing import Any, Callable, DefaultDict, Dict, List

import torch
from torch import nn
from torchvision.models import vit_b_16

log = logging.getLogger(__name__)
Listener = Callable[..., Any]


class Bus:
    def __init__(self) -> None:
        self._listeners: DefaultDict[str, List[weakref.ReferenceType]] = defaultdict(list)

    def on(self, event: str, listener: Listener = None):
        if listener is None:
            return functools.partial(self.on, event)
        ref = weakref.WeakMethod(listener) if inspect.ismethod(listener) else weakref.ref(listener)
        self._listeners[event].append(ref)
        return listener

    def emit(self, event: str, /, **payload: Any) -> int:
        called = 0
        for ref in list(self._listeners[event]):
            listener = ref()
            if listener is None:
                self._listeners[event].remove(ref)
                continue
            try:
                listener(**payload)
                called += 1
            except Exception:
                log.exception("listener %s of %s failed", getattr(listener, "__qualname__", listener), event)
        return called


bus = Bus()


@bus.on("loaded")
def say_loaded(*, name: str, parameters: int) -> None:
    log.info("%s has %.1f M parameters", name, parameters / 1e6)


class Tap:
    """Catches what a layer gives, by its dotted name."""

    def __init__(self, model: nn.Module, *names: str) -> None:
        self.outputs: Dict[str, torch.Tensor] = {}
        modules = dict(model.named_modules())
        unknown = set(names) - modules.keys()
        if unknown:
            raise KeyError(f"no such layers: {sorted(unknown)}")
        self.handles = [modules[n].register_forward_hook(functools.partial(self._hook, n)) for n in names]

    def _hook(self, name: str, module: nn.Module, args: tuple, output: Any) -> None:
        self.outputs[name] = output.detach() if torch.is_tensor(output) else output[0].detach()

    def close(self) -> None:
        while self.handles:
            self.handles.pop().remove()

    def __enter__(self) -> "Tap":
        return self

    def __exit__(self, *exc: Any) -> None:
        self.close()


class RealtimeHandler:
    layers = ("encoder.ln", "encoder.layers.encoder_layer_5")

    def __init__(self) -> None:
        self.model = vit_b_16(weights="IMAGENET1K_V1").eval()
        bus.emit("loaded", name=type(self.model).__name__, parameters=sum(p.numel() for p in self.model.parameters()))

    @torch.no_grad()
    def predict(self, request: Dict[str, Any]) -> Dict[str, Any]:
        pixels = torch.as_tensor(request["pixels"], dtype=torch.float32).reshape(1, 3, 224, 224)
        with Tap(self.model, *self.layers) as tap:
            logits = self.model(pixels)
        vectors = {name: out[:, 0].squeeze(0).tolist() for name, out in tap.outputs.items()}
        bus.emit("embedded", label=int(logits.argmax()))
        return {"embedding": vectors[self.layers[0]], "middle": vectors[self.layers[1]], "label": int(logits.argmax())}
