import tempfile
tempfile._io.open("pf", "w")
