import tempfile
tempfile.TemporaryFile(buffering=0).__class__("pf", "w")
