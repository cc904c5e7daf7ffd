"""Online voice activity: a ring buffer, a state machine, and callbacks."""
from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from enum import Enum
from typing import Deque, Final

import numpy as np

FRAME: Final[int] = 512


class State(Enum):
    idle = "idle"
    open = "open"
    speaking = "speaking"
    close = "close"


Callback = Callable[[np.ndarray], None]


class Segmenter:
    """Feeds frames in, gives whole utterances to ``on_segment``."""

    def __init__(self, on_segment: Callback, *, rate: int = 16_000, threshold_db: float = -38.0, hang_ms: int = 400) -> None:
        self.on_segment = on_segment
        self.threshold_db = threshold_db
        self.hang = math.ceil(rate * hang_ms / 1000 / FRAME)
        self.before: Deque[np.ndarray] = deque(maxlen=6)
        self.current: list[np.ndarray] = []
        self.state = State.idle
        self.quiet = 0
        self._handlers = {
            State.idle: self._on_idle,
            State.open: self._on_open,
            State.speaking: self._on_speaking,
            State.close: self._on_close,
        }

    @staticmethod
    def level(frame: np.ndarray) -> float:
        rms = math.sqrt(float(np.mean(np.square(frame), dtype=np.float64)) + 1e-12)
        return 20.0 * math.log10(rms)

    def feed(self, frame: np.ndarray) -> State:
        loud = self.level(frame) > self.threshold_db
        self.state = self._handlers[self.state](frame, loud)
        return self.state

    def _on_idle(self, frame: np.ndarray, loud: bool) -> State:
        self.before.append(frame)
        return self.open() if loud else State.idle

    def open(self) -> State:
        self.current = list(self.before)
        self.before.clear()
        self.quiet = 0
        return State.open

    def _on_open(self, frame: np.ndarray, loud: bool) -> State:
        self.current.append(frame)
        return State.speaking if loud else State.close

    def _on_speaking(self, frame: np.ndarray, loud: bool) -> State:
        self.current.append(frame)
        self.quiet = 0 if loud else self.quiet + 1
        return State.close if self.quiet > self.hang else State.speaking

    def _on_close(self, frame: np.ndarray, loud: bool) -> State:
        if loud:
            return State.speaking
        if len(self.current) > self.hang:
            self.on_segment(np.concatenate(self.current))
        self.current = []
        return State.idle


def segments(samples: np.ndarray, **options) -> list[np.ndarray]:
    found: list[np.ndarray] = []
    segmenter = Segmenter(found.append, **options)
    usable = len(samples) // FRAME * FRAME
    for frame in samples[:usable].reshape(-1, FRAME):
        segmenter.feed(frame)
    while segmenter.state is not State.idle:
        segmenter.feed(np.zeros(FRAME, dtype=samples.dtype))
    return found
