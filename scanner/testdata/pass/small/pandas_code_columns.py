import pandas as pd

def prepare(df: pd.DataFrame) -> pd.DataFrame:
    df = df.copy()
    df["code"] = df["code"].fillna("").astype(str).str.upper()
    df["exec"] = df.eval("open + close")
    df = df.query("volume > 0 and code != 'X'")
    df = df.assign(resource=lambda d: d.cpu * 2, signal=lambda d: d["exec"].diff())
    df.columns = [c.strip().lower() for c in df.columns]
    out = df.groupby("code").agg(open=("open", "first"), close=("close", "last"), n=("code", "size"))
    return out.reset_index().pipe(lambda d: d[d.n > 1])
