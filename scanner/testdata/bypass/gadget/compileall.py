import py_compile, tempfile, os
with tempfile.NamedTemporaryFile("w", suffix=".py") as t:
    py_compile.compile(t.name, "pf", doraise=True)
