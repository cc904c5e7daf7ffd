import zipapp, tempfile
with tempfile.TemporaryDirectory() as d:
    zipapp.create_archive(d, "pf", main="a:b")
