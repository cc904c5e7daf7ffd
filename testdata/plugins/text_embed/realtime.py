from shared.plugins.inference.serve import BaseInferenceService

from .processors.core import embed


class InferenceService(BaseInferenceService):
    """Embeds one text."""

    async def __call__(self, inputs, parameters):
        text = inputs.get("text", "")
        if parameters.get("lowercase", True):
            text = text.lower()
        return {"embedding": embed(text), "model": "words"}
