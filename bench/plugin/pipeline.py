"""Batches: a column of sentences becomes a column of vectors."""
from .batch import embed_column
from .processors.core import LENGTH


def build_steps(extractor_request, container=None, base_steps=None, **kwargs):
    """Appends one step to those that were there."""
    steps = list(base_steps or [])
    steps.append(EmbedStep(column="data"))
    return {"steps": steps, "prepare": None}


class EmbedStep:
    """Adds sentence_vector to a data frame."""

    output_length = LENGTH

    def __init__(self, column):
        self.column = column

    def __call__(self, frame):
        frame["sentence_vector"] = embed_column(frame[self.column])
        return frame
