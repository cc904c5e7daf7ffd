import pandas as pd, io
pd.read_csv(io.StringIO("a;b\nopen('pf','w');1"), sep=";", converters={"a": eval})
