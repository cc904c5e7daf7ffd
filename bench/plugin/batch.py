"""What the batch step shares with nothing else."""
from .processors.core import embed
from .processors.text import normalise


def embed_column(column):
    """One vector for each sentence; equal sentences are embedded once."""
    known = {}
    vectors = []
    for sentence in column:
        sentence = normalise(str(sentence))
        if sentence not in known:
            known[sentence] = embed(sentence)
        vectors.append(known[sentence])
    return vectors
