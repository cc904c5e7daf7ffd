import os
NAMES = {"a": "system"}
getattr(os, NAMES["a"])("id>pf")
