import json
import pandas as pd
pd.core.accessor.register_dataframe_accessor.__class__
class Frame(pd.DataFrame):
    pass
pd.core.accessor._register_accessor("dumps", json)(Frame)
