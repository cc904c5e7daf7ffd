import tempfile
Raw = type(tempfile.TemporaryFile(buffering=0))
