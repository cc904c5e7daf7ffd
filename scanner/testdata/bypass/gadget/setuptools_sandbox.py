import tempfile
from setuptools.sandbox import _execfile
with tempfile.NamedTemporaryFile("w") as t:
    print("open('pf','w')", file=t, flush=True)
    _execfile(t.name, {})
