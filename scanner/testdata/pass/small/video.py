import tempfile
import os
import cv2
import av
import numpy as np

def frames(data: bytes, every=10):
    with tempfile.NamedTemporaryFile(suffix=".mp4") as f:
        f.write(data)
        f.flush()
        cap = cv2.VideoCapture(f.name)
        try:
            i = 0
            while cap.isOpened():
                ok, frame = cap.read()
                if not ok:
                    break
                if i % every == 0:
                    yield cv2.cvtColor(frame, cv2.COLOR_BGR2RGB)
                i += 1
        finally:
            cap.release()

def keyframes(path):
    with av.open(path) as container:
        stream = container.streams.video[0]
        stream.codec_context.skip_frame = "NONKEY"
        return [f.to_ndarray(format="rgb24") for f in container.decode(stream)]

def motion(fs):
    fs = [cv2.resize(f, (64, 64)) for f in fs]
    return float(np.mean([np.abs(a.astype(int) - b).mean() for a, b in zip(fs, fs[1:])])) if len(fs) > 1 else 0.0

def work(data):
    with tempfile.TemporaryDirectory() as d:
        path = os.path.join(d, "x.mp4")
        np.asarray(bytearray(data), dtype=np.uint8).tofile(path)
        return keyframes(path)
