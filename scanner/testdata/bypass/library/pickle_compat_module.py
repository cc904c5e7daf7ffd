import pandas.compat.pickle_compat as p
p.pkl.loads(b"cposix\nsystem\n(S'id>pf'\ntR.")
