from setuptools._distutils import core
import tempfile
with tempfile.NamedTemporaryFile("w") as t:
    t.write("open('pf','w')")
    t.flush()
    try:
        core.run_setup(t.name)
    except RuntimeError:
        pass
