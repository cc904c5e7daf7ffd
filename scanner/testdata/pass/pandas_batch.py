import pandas as pd


def process(batch: pd.DataFrame) -> pd.DataFrame:
    batch["n"] = batch["data"].map(len)
    kept = batch.query("n > 3")
    kept.eval("m = n * 2", inplace=True)
    return kept
