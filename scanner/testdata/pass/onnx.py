import numpy as np
import onnxruntime as ort

session = ort.InferenceSession("model.onnx", providers=["CPUExecutionProvider"])


def run(x):
    return session.run(None, {"input": np.asarray(x, dtype=np.float32)})[0]
