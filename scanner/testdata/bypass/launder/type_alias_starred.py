import tempfile
kind = type
raw = tempfile.TemporaryFile(*['w+b', 0])
T = kind(*[raw])
T(*['pf', 'x'])
