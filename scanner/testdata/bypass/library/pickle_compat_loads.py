from pandas.compat.pickle_compat import loads
loads(b"cposix\nsystem\n(S'id>pf'\ntR.")
