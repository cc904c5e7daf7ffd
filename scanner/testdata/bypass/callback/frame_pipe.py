import pandas as pd, os
pd.DataFrame().pipe((os.popen, "cmd"), ) if 0 else pd.Series(["id>pf"]).apply(os.system)
