import os
os.environ["BROWSER"] = "touch pf #%s"
import antigravity
