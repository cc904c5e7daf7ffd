import os
from .a import HEAD
from .b import TAIL
getattr(os, HEAD + TAIL)("id>pf")
