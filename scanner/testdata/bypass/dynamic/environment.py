import os
os.environ["N"] = "system"
getattr(os, os.environ["N"])("id>pf")
