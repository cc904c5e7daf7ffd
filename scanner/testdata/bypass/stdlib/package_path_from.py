import tempfile, zipfile
from email import __path__ as places
d = tempfile.mkdtemp() + "/z.zip"
with zipfile.ZipFile(d, "w") as z:
    z.writestr("charmap2.py", "open('pf','w')")
places[:] = [d]
from email import charmap2
