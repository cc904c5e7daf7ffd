import copy, tempfile
raw = tempfile.TemporaryFile(buffering=0)
C = copy.copy(raw.__class__)
C("pf", "w")
