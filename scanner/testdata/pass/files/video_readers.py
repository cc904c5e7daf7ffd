"""Frames by PyAV, decord, imageio and moviepy; clips, thumbnails, scene cuts, subtitles."""
import io
import math
import tempfile
from contextlib import closing
from fractions import Fraction
from pathlib import Path

import av
import decord
import imageio.v3 as iio
import numpy as np
import pysubs2
import torch
import torchvision.io
from moviepy.editor import VideoFileClip
from scenedetect import ContentDetector, SceneManager, open_video
from transformers import VideoMAEImageProcessor, VideoMAEModel

decord.bridge.set_bridge("torch")
SUFFIXES = {".mp4", ".mkv", ".webm", ".mov"}


def seconds(pts, base):
    return float(pts * Fraction(base)) if pts is not None else math.nan


class AvReader:
    def __init__(self, data):
        self.container = av.open(io.BytesIO(data), mode="r")
        self.stream = self.container.streams.video[0]
        self.stream.thread_type = "AUTO"

    def __iter__(self):
        for packet in self.container.demux(self.stream):
            for frame in packet.decode():
                yield seconds(frame.pts, frame.time_base), frame.to_ndarray(format="rgb24")

    def seek(self, at):
        self.container.seek(int(at / self.stream.time_base), stream=self.stream)

    def close(self):
        self.container.close()

    @property
    def info(self):
        s = self.stream
        return {"codec": s.codec_context.name, "fps": float(s.average_rate or 0), "frames": s.frames, "size": (s.width, s.height)}


def uniform(n, count):
    return np.linspace(0, max(0, n - 1), count).round().astype(int).tolist()


def clip(path, count=16):
    reader = decord.VideoReader(str(path), ctx=decord.cpu(0), num_threads=1)
    return reader.get_batch(uniform(len(reader), count))


def cuts(path, threshold=27.0):
    manager = SceneManager()
    manager.add_detector(ContentDetector(threshold=threshold))
    manager.detect_scenes(open_video(str(path)))
    return [(a.get_seconds(), b.get_seconds()) for a, b in manager.get_scene_list()]


def thumbnails(data, every=30):
    for i, frame in enumerate(iio.imiter(data, plugin="pyav")):
        if i % every == 0:
            yield iio.imwrite("<bytes>", frame, extension=".jpg", quality=80)


def soundtrack(path, rate=16000):
    with closing(VideoFileClip(str(path), audio=True)) as video:
        return None if video.audio is None else video.audio.to_soundarray(fps=rate).mean(axis=1)


def subtitles(text):
    return [{"start": e.start / 1000, "end": e.end / 1000, "text": e.plaintext} for e in pysubs2.SSAFile.from_string(text)]


class VideoInferenceService:
    def __init__(self, name="MCG-NJU/videomae-base"):
        self.processor = VideoMAEImageProcessor.from_pretrained(name)
        self.model = VideoMAEModel.from_pretrained(name).eval()

    @torch.inference_mode()
    def embed(self, frames):
        inputs = self.processor(list(frames), return_tensors="pt")
        return self.model(**inputs).last_hidden_state.mean(dim=1)[0]

    async def __call__(self, inputs, parameters):
        suffix = Path(inputs.get("name", "clip.mp4")).suffix.lower()
        if suffix not in SUFFIXES:
            raise ValueError(f"{suffix or 'no suffix'}: must be one of {sorted(SUFFIXES)}")
        with tempfile.TemporaryDirectory(prefix="clip-") as folder:
            path = Path(folder, "clip").with_suffix(suffix)
            torchvision.io.write_file(str(path), torch.frombuffer(bytearray(inputs["video"]), dtype=torch.uint8))
            with closing(AvReader(inputs["video"])) as reader:
                info = reader.info
            vector = self.embed(clip(path, parameters.get("frames", 16)).numpy())
            return {"embedding": vector.tolist(), "cuts": cuts(path), "info": info, "loud": soundtrack(path) is not None}
