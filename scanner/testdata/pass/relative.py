from .processors.core import embed
from . import processors

print(embed, processors.core)
