from .processors.core import embed


def build_steps(extractor_request, container=None, base_steps=None, **kwargs):
    """One step: a column of texts becomes a column of vectors."""

    def step(batch):
        batch["text_vector"] = [embed(text) for text in batch["data"]]
        return batch

    return {"steps": [step], "prepare": None}
