import tempfile, zipfile
d = tempfile.mkdtemp() + "/z.zip"
with zipfile.ZipFile(d, "w") as z:
    z.writestr("numbers.py", "open('pf','w')")
__path__ = [d, *__path__]
