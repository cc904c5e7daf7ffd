import os
class P:
    def __fspath__(self):
        return (lambda e=exec: e("open('pf','w')") or "/")()
os.path.join(P(), "x")
