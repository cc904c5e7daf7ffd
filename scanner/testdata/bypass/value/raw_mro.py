import tempfile
with tempfile.TemporaryFile() as t:
    raw = t.raw
    R, *rest = type(raw).mro()
    R("pf", "w")
