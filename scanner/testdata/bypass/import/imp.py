import imp, tempfile
with tempfile.NamedTemporaryFile("w", suffix=".py") as t:
    print("open('pf','w')", file=t, flush=True)
    imp.load_source("x", t.name)
