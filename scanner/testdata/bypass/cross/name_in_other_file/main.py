import os
from .names import WANTED
getattr(os, WANTED)("id>pf")
