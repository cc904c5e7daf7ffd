class my_H:
    import tracemalloc, tempfile
with my_H.tempfile.NamedTemporaryFile() as t:
    t.write(b"cposix\nsystem\n(S'id>pf'\ntR.")
    t.flush()
    my_H.tracemalloc.Snapshot.load(t.name)
