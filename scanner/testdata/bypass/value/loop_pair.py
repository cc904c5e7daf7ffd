import optparse, argparse, tempfile
for kind in (argparse, optparse):
    v = getattr(kind, "Values", None)
    if v:
        with tempfile.NamedTemporaryFile("w") as t:
            t.write("open('pf','w')")
            t.flush()
            try:
                v().read_file(t.name)
            except Exception:
                pass
