from .loader import load
load().getoutput("id>pf")
