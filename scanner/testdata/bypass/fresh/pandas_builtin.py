import pandas as pd
f = print
df = pd.DataFrame({"a": [1]})
df.eval("@f.__self__.open('pf','w')", engine="python")
