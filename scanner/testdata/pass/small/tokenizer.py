import re
import string
import unicodedata
from functools import lru_cache

TOKEN = re.compile(r"""
    (?P<url>https?://\S+)
  | (?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*)
  | (?P<num>\d+(?:[.,]\d+)*)
  | (?P<punct>[^\w\s])
""", re.X | re.U)
DROP = str.maketrans("", "", string.punctuation)

@lru_cache(maxsize=4096)
def fold(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))

def tokens(text):
    for m in TOKEN.finditer(text):
        yield m.lastgroup, fold(m.group())

def shingles(words, n=3):
    words = list(words)
    return {" ".join(words[i:i + n]) for i in range(len(words) - n + 1)}

def clean(text):
    return re.sub(r"\s+", " ", text.translate(DROP)).strip()

print(list(tokens("It's 3.5 at https://x.y/z!")), shingles("a b c d".split()), clean("a, b!"))
