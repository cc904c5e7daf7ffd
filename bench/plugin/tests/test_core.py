"""Run by the author: pytest from the folder above the plugin."""
import math

from ..processors.core import embed, label
from ..processors.text import normalise, words


def test_vectors_have_length_one():
    vector = embed("a sentence")
    assert len(vector) == 384
    assert math.isclose(sum(v * v for v in vector), 1.0)


def test_equal_after_folding():
    assert normalise("  A\u00a0Sentence ") == "a sentence"
    assert words("Well, (well)!") == ["well", "well"]


def test_label_is_known():
    name, score = label("a sentence")
    assert name in ("statement", "question", "order", "greeting")
    assert 0.0 < score <= 1.0
