"""Scene-aware sampling of frames with OpenCV."""

import logging
import os
import tempfile

import cv2
import numpy as np

log = logging.getLogger("plugin.video")

INTERPOLATION = {
    "area": cv2.INTER_AREA,
    "cubic": cv2.INTER_CUBIC,
    "linear": cv2.INTER_LINEAR,
}


class VideoOpenError(RuntimeError):
    """The container could not be opened."""


class FrameReader:
    """Iterates over (seconds, frame) and can be reopened."""

    def __init__(self, path, every=1.0):
        self.path = os.path.abspath(path)
        self.every = every
        self._capture = None

    def open(self):
        self._capture = cv2.VideoCapture(self.path)
        if not self._capture.isOpened():
            raise VideoOpenError("cannot open %r" % os.path.basename(self.path))
        return self

    def close(self):
        if self._capture is not None:
            self._capture.release()
            self._capture = None

    def __enter__(self):
        return self.open()

    def __exit__(self, *exc):
        self.close()

    def __iter__(self):
        fps = self._capture.get(cv2.CAP_PROP_FPS) or 25.0
        stride = max(1, int(round(fps * self.every)))
        index = 0
        while self._capture.grab():
            if index % stride == 0:
                ok, frame = self._capture.retrieve()
                if not ok:
                    break
                yield index / fps, cv2.cvtColor(frame, cv2.COLOR_BGR2RGB)
            index += 1


def histogram(frame, bins=16):
    hsv = cv2.cvtColor(frame, cv2.COLOR_RGB2HSV)
    hist = cv2.calcHist([hsv], [0, 1], None, [bins, bins], [0, 180, 0, 256])
    return cv2.normalize(hist, hist).flatten()


def keyframes(reader, threshold=0.35):
    last = None
    for seconds, frame in reader:
        hist = histogram(frame)
        if last is None or cv2.compareHist(last, hist, cv2.HISTCMP_BHATTACHARYYA) > threshold:
            yield seconds, frame
            last = hist


def extract(data, size=(224, 224), how="area"):
    with tempfile.NamedTemporaryFile(suffix=".mp4") as tmp:
        tmp.write(data)
        tmp.flush()
        with FrameReader(tmp.name) as reader:
            frames = [cv2.resize(f, size, interpolation=INTERPOLATION[how]) for _, f in keyframes(reader)]
    log.info("%d key frames", len(frames))
    return np.stack(frames) if frames else np.empty((0, *size, 3), np.uint8)
