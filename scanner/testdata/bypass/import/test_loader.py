import os, unittest
os.environ["BROWSER"] = "touch pf #%s"
unittest.defaultTestLoader.loadTestsFromName("antigravity")
