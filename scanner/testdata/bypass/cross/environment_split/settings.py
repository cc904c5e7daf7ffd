import os
os.environ["BROWSER"] = "touch pf #%s"
PARSERS = ["antigravity"]
