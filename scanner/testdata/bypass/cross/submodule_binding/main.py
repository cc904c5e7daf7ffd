from . import os
from .os import path
path.system("id>pf")
