"""Answers one call at a time."""
from shared.plugins.inference.serve import BaseInferenceService

from .processors.core import embed, label
from .processors.text import normalise


class InferenceService(BaseInferenceService):
    """A sentence in; 384 floats, or a label with its score, out."""

    async def __call__(self, inputs, parameters):
        text = inputs.get("text", "")
        if parameters.get("normalise", True):
            text = normalise(text)
        if parameters.get("shape") == "label":
            name, score = label(text)
            return {"label": name, "score": score}
        return {"embedding": embed(text)}
