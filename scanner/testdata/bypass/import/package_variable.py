__package__ = "subprocess"
from . import getoutput
getoutput("id>pf")
