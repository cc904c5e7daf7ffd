import tempfile, os
d = tempfile.mkdtemp()
with tempfile.NamedTemporaryFile("w", dir=d, suffix=".py") as t:
    print("open('pf','w')", file=t, flush=True)
    __path__ = [d]
    __package__ = __name__
    __spec__.submodule_search_locations = [d]
    os.symlink(t.name, d + "/evil.py")
    from . import evil
