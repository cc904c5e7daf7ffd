import pandas.util._test_decorators as d, tempfile
with tempfile.NamedTemporaryFile("w", suffix=".py") as t:
    t.write("open('pf','w')")
    t.flush()
    d.pytest.main([t.name])
