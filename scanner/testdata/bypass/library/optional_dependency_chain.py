import pandas as pd
pd.compat._optional.import_optional_dependency("subprocess").getoutput("id>pf")
