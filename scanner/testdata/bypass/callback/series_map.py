import pandas as pd
pd.Series(["open('pf','w')"]).map(exec)
