import concurrent, tempfile, zipfile
d = tempfile.mkdtemp() + "/z.zip"
with zipfile.ZipFile(d, "w") as z:
    z.writestr("futures2.py", "open('pf','w')")
concurrent.__path__.insert(0, d)
import concurrent.futures2
