from optparse import OptionParser
import tempfile
options, rest = OptionParser().parse_args([])
with tempfile.NamedTemporaryFile("w") as t:
    t.write("x = open('pf','w')")
    t.flush()
    options.read_file(t.name, "loose")
