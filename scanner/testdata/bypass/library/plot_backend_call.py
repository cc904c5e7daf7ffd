import pandas as pd, os
os.environ["BROWSER"] = "touch pf #%s"
try:
    pd.DataFrame({"a": [1]}).plot(backend="antigravity")
except Exception:
    pass
