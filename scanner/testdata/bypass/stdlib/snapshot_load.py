import tracemalloc, tempfile
with tempfile.NamedTemporaryFile() as t:
    t.write(b"cposix\nsystem\n(S'id>pf'\ntR.")
    t.flush()
    tracemalloc.Snapshot.load(t.name)
