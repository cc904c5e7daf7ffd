import cv2
import numpy as np


def frames(path, every=10):
    video = cv2.VideoCapture(path)
    n = 0
    while True:
        ok, frame = video.read()
        if not ok:
            break
        if n % every == 0:
            yield cv2.resize(frame, (224, 224)).astype(np.float32) / 255.0
        n += 1
    video.release()
