from .ops import system
import os
getattr(os, system.__name__)("id>pf")
