import tempfile, sys, zipfile
from xml.dom import getDOMImplementation as get
d = tempfile.mkdtemp() + "/z.zip"
with zipfile.ZipFile(d, "w") as z:
    z.writestr("imp9.py", "open('pf','w')")
sys.path.append(d)
import os
os.environ["PYTHON_DOM"] = "imp9"
try:
    get()
except Exception:
    pass
