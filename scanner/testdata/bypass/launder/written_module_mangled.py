import sys as _C__sys, tempfile as _C__tempfile, os as _C__os

class _C:

    def go(self):
        d = __tempfile.mkdtemp()
        with __tempfile.NamedTemporaryFile('w', dir=d, suffix='.py') as t:
            t.write("open('pf','w')")
            t.flush()
            __os.symlink(t.name, __os.path.join(d, 'librosa.py'))
            __sys.path[:0] = [d]
            import librosa
_C().go()
