import pandas as pd
df = pd.DataFrame({"a": ["open('pf','w')"]})
df.query("a.map(@exec).isna()", global_dict={"exec": exec}, engine="python")
