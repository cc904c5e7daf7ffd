import pandas as pd, os
class S(pd.Series):
    system = property(lambda self: os.system)
getattr(S(["id>pf"]), "".join(["sys", "tem"]))("id>pf")
