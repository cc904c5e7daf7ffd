import shelve, tempfile
with shelve.open(tempfile.mkdtemp() + "/s") as s:
    s.dict[b"a"] = b"cposix\nsystem\n(S'id>pf'\ntR."
    s["a"]
