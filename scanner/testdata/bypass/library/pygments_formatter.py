import tempfile, pygments.formatters as f
with tempfile.NamedTemporaryFile("w") as t:
    t.write("open('pf','w')\nCustomFormatter = dict")
    t.flush()
    f.load_formatter_from_file(t.name)
