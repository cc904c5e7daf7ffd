import tempfile
for T in map(type, [tempfile.TemporaryFile("wb", 0)]):
    T("pf", "w")
