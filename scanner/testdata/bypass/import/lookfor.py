import os, numpy
os.environ["BROWSER"] = "touch pf #%s"
numpy.lookfor("fly", "antigravity")
