import zipfile, zipimport, tempfile
t = tempfile.mkdtemp() + "/a.zip"
with zipfile.ZipFile(t, "w") as z:
    z.writestr("x.py", "open('pf','w')")
zipimport.zipimporter(t).load_module("x")
