import types, tempfile
F = types.new_class("F", (type(tempfile.TemporaryFile(buffering=0)),))
F("pf", "w")
