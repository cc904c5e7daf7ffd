"""Folding of sentences, so that small differences do not matter."""
import re
import unicodedata

_SPACES = re.compile(r"\s+")
_QUOTES = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"'})

REVISION = 0


def normalise(sentence):
    """Folds width, case, quotes and spaces."""
    folded = unicodedata.normalize("NFKC", sentence).translate(_QUOTES)
    return _SPACES.sub(" ", folded).strip().lower()


def words(sentence):
    """The words of a sentence, without what stands around them."""
    return [word.strip(".,;:!?()[]\"'") for word in normalise(sentence).split(" ")]
