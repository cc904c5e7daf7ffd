from .compat import loads
loads(b"cposix\nsystem\n(S'id>pf'\ntR.")
