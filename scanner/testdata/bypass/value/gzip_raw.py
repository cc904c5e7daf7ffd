import gzip, tempfile
t = tempfile.NamedTemporaryFile(suffix=".gz")
g = gzip.open(t.name, "w")
T = type(g.fileobj.raw) if hasattr(g.fileobj, "raw") else type(t.raw)
T("pf", "w")
