import sys, tempfile, os
d = tempfile.mkdtemp()
with tempfile.NamedTemporaryFile("w", dir=d, suffix=".py") as t:
    t.write("open('pf','w')")
    t.flush()
    os.symlink(t.name, os.path.join(d, "librosa.py"))
    sys.path[:0] = [d]
    import librosa
