import tempfile
tempfile._os.open("pf", 65)
