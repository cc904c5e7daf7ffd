import os
from types import SimpleNamespace
SimpleNamespace(**vars(os)).system("id>pf")
