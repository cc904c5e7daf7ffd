import site, tempfile
d = tempfile.mkdtemp()
with tempfile.NamedTemporaryFile("w", dir=d, suffix=".pth") as t:
    print("import os; os.system('id>pf')", file=t, flush=True)
    site.addsitedir(d)
