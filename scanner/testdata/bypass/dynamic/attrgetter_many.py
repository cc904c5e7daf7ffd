from operator import attrgetter
import tempfile
a, b = attrgetter("mkdtemp", "_os.system")(tempfile)
b("id>pf")
