import tempfile
from importlib.machinery import SourceFileLoader
with tempfile.NamedTemporaryFile("w", suffix=".py") as t:
    t.write("open('pf','w')")
    t.flush()
    SourceFileLoader("x", t.name).load_module()
