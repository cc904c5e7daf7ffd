from .config import Config
import os
for key in Config.names:
    getattr(os, key)("id>pf")
