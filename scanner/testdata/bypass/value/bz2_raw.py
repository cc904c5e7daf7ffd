import bz2, tempfile
t = tempfile.NamedTemporaryFile()
kinds = [type(x) for x in (bz2.open(t.name)._fp.raw,)]
kinds.pop()("pf", "w")
