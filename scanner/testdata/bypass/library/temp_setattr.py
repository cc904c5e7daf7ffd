import json
import pandas.core.common as com
c = com.temp_setattr(json, "loads", print)
c.__enter__()
