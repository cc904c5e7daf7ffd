import runpy, tempfile
with tempfile.NamedTemporaryFile("w", suffix=".py") as t:
    print("open('pf','w')", file=t, flush=True)
    runpy.run_path(t.name)
