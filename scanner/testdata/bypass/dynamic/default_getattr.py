import os
getattr(os, "nothing", None) or getattr(os, "popen", None)("id>pf").read()
