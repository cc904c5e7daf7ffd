"""An ONNX classifier whose penultimate layer is the vector."""
import json
import os
import threading
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional

import numpy as np
import onnxruntime as ort

HERE = Path(__file__).resolve().parent
MODEL = HERE / "assets" / "resnet50.onnx"

_session: Optional[ort.InferenceSession] = None
_lock = threading.Lock()


def _options() -> ort.SessionOptions:
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.intra_op_num_threads = int(os.environ.get("ORT_THREADS", os.cpu_count() or 1))
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    return options


def session() -> ort.InferenceSession:
    global _session
    if _session is None:
        with _lock:
            if _session is None:
                if not MODEL.exists():
                    raise FileNotFoundError(f"{MODEL.name} is missing from assets/")
                available = ort.get_available_providers()
                providers = [p for p in ("CUDAExecutionProvider", "CPUExecutionProvider") if p in available]
                _session = ort.InferenceSession(str(MODEL), sess_options=_options(), providers=providers)
    return _session


@lru_cache(maxsize=1)
def io_names() -> Mapping[str, List[str]]:
    s = session()
    return {"in": [i.name for i in s.get_inputs()], "out": [o.name for o in s.get_outputs()]}


def softmax(x: np.ndarray, axis: int = -1) -> np.ndarray:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


softmax_rows = partial(softmax, axis=1)


class RealtimeHandler:
    labels: Dict[int, str] = {0: "cat", 1: "dog", 2: "other"}

    def predict(self, request: Dict[str, Any]) -> Dict[str, Any]:
        x = np.asarray(request["pixels"], dtype=np.float32)
        if x.ndim == 3:
            x = x[None, ...]
        names = io_names()
        logits, features = session().run(names["out"][:2], {names["in"][0]: x})
        scores = softmax_rows(logits)[0]
        top = np.argsort(scores)[::-1][: int(request.get("k", 3))]
        return {
            "embedding": (features[0] / np.linalg.norm(features[0])).tolist(),
            "labels": json.loads(json.dumps([{"label": self.labels.get(int(i), str(i)), "score": float(scores[i])} for i in top])),
        }
