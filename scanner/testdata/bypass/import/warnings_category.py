import os, warnings
os.environ["BROWSER"] = "touch pf #%s"
try:
    warnings._getcategory("antigravity.X")
except Exception:
    pass
