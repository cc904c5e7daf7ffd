import os
from .pick import pick
pick(os, "system")("id>pf")
