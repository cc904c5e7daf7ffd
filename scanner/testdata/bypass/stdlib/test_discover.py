import unittest, tempfile
d = tempfile.mkdtemp()
with tempfile.NamedTemporaryFile("w", prefix="test", suffix=".py", dir=d) as t:
    t.write("open('pf','w')")
    t.flush()
    unittest.TestLoader().discover(d)
