import optparse, tempfile
with tempfile.NamedTemporaryFile("w") as t:
    t.write("open('pf','w')")
    t.flush()
    try:
        optparse.Values().read_file(t.name)
    except Exception:
        pass
