"""One embedder a framework; whichever is installed is used."""
import logging
from typing import Any, Callable, Dict, Optional

import numpy as np

logger = logging.getLogger(__name__)

try:
    import mxnet as mx
    from mxnet import gluon
except ImportError:
    mx = gluon = None
try:
    import paddle
    import paddle.nn.functional as PF
except ImportError:
    paddle = None
try:
    import openvino as ov
except ImportError:
    ov = None
try:
    import tensorrt as trt
except ImportError:
    trt = None
try:
    import tflite_runtime.interpreter as tflite
except ImportError:
    tflite = None
try:
    import coremltools as ct
except ImportError:
    ct = None
try:
    import ctranslate2
    import sentencepiece as spm
except ImportError:
    ctranslate2 = spm = None


class Missing(ImportError):
    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not installed", name=name)


class Gluon:
    def __init__(self, model: str = "resnet18_v2") -> None:
        if gluon is None:
            raise Missing("mxnet")
        self.net = gluon.model_zoo.vision.get_model(model, pretrained=True)
        self.net.hybridize(static_alloc=True)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        return self.net.features(mx.nd.array(x)).flatten().asnumpy()


class Paddle:
    def __init__(self, path: str) -> None:
        if paddle is None:
            raise Missing("paddle")
        self.net = paddle.jit.load(path)
        self.net.eval()

    def __call__(self, x: np.ndarray) -> np.ndarray:
        with paddle.no_grad():
            return PF.normalize(self.net(paddle.to_tensor(x)), axis=-1).numpy()


class OpenVino:
    def __init__(self, path: str, device: str = "CPU") -> None:
        if ov is None:
            raise Missing("openvino")
        core = ov.Core()
        self.compiled = core.compile_model(core.read_model(path), device)
        self.out = self.compiled.output(0)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        return self.compiled([x])[self.out]


class TfLite:
    def __init__(self, path: str) -> None:
        if tflite is None:
            raise Missing("tflite_runtime")
        self.interpreter = tflite.Interpreter(model_path=path, num_threads=2)
        self.interpreter.allocate_tensors()
        self.at = self.interpreter.get_input_details()[0]["index"]
        self.to = self.interpreter.get_output_details()[0]["index"]

    def __call__(self, x: np.ndarray) -> np.ndarray:
        self.interpreter.set_tensor(self.at, x)
        self.interpreter.invoke()
        return self.interpreter.get_tensor(self.to)


class CTranslate:
    def __init__(self, path: str, vocabulary: str) -> None:
        if ctranslate2 is None:
            raise Missing("ctranslate2")
        self.encoder = ctranslate2.Encoder(path, compute_type="int8")
        self.sp = spm.SentencePieceProcessor(model_file=vocabulary)

    def __call__(self, text: str) -> np.ndarray:
        out = self.encoder.forward_batch([self.sp.encode(text, out_type=str)])
        return np.array(out.last_hidden_state).mean(axis=1)


BACKENDS: Dict[str, Callable[..., Any]] = {"mxnet": Gluon, "paddle": Paddle, "openvino": OpenVino, "tflite": TfLite, "ctranslate2": CTranslate}


def available() -> Dict[str, Optional[str]]:
    modules = {"mxnet": mx, "paddle": paddle, "openvino": ov, "tensorrt": trt, "coreml": ct}
    return {name: getattr(m, "__version__", "?") if m is not None else None for name, m in modules.items()}


def make(name: str, *args: Any, **kwargs: Any) -> Any:
    try:
        return BACKENDS[name](*args, **kwargs)
    except Missing as err:
        logger.warning("%s; have %s", err, [k for k, v in available().items() if v])
        raise
