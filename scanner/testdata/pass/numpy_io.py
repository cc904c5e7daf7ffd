import numpy as np
import pandas as pd

x = np.load("x.npy")
np.save("y.npy", x)
df = pd.read_parquet("x.parquet")
df.to_csv("x.csv")
y = np.load("z.npy", allow_pickle=False)
