"""Labels ship as JSON beside the code; they are read by libraries that read files themselves."""
import pandas as pd
import numpy as np
from pathlib import Path
from shared.plugins import open_asset

HERE = Path(__file__).parent

def labels():
    with open_asset("labels.json") as f:
        import json
        return json.load(f)

def table():
    return pd.read_json(HERE / "assets" / "labels.json", typ="series")

def lines():
    return np.loadtxt(HERE / "assets" / "words.txt", dtype=str, delimiter="\n", ndmin=1)
