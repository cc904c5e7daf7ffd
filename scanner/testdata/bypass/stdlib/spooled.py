import tempfile
f = tempfile.SpooledTemporaryFile(buffering=0)
f.rollover()
kind = type(f._file)
kind("pf", "w")
