import numpy as np
import pandas as pd
import polars as pl
from scipy import signal, stats
from statsmodels.tsa.seasonal import STL

def features(s: pd.Series) -> dict:
    s = s.asfreq("D").interpolate()
    stl = STL(s, period=7, robust=True).fit()
    f, p = signal.welch(s.to_numpy(), nperseg=min(64, len(s)))
    return {"trend": float(np.polyfit(np.arange(len(s)), stl.trend, 1)[0]), "peak": float(f[p.argmax()]),
            "skew": float(stats.skew(s)), "signal": float(signal.detrend(s).std()), "acf": s.autocorr(1)}

def lazy(path):
    return (pl.scan_parquet(path).filter(pl.col("code") != "x").group_by("os").agg(pl.col("v").mean().alias("mean"), pl.len())
            .sort("mean", descending=True).collect())

def roll(df):
    out = df.rolling("1h", on="at").agg({"v": ["mean", "std"]})
    out.columns = ["_".join(filter(None, c)) for c in out.columns]
    return out.eval("ratio = v_std / v_mean").query("ratio < 1")
