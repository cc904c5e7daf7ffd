import numpy, tempfile
with tempfile.NamedTemporaryFile("w", suffix="_test.py") as t:
    print("open('pf','w')", file=t, flush=True)
    numpy.test(tests=[t.name], extra_argv=["-p", "no:cacheprovider"])
