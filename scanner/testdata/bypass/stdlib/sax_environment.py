import tempfile, sys, zipfile
from xml.sax import expatreader, make_parser
d = tempfile.mkdtemp() + "/z.zip"
with zipfile.ZipFile(d, "w") as z:
    z.writestr("drv.py", "open('pf','w')")
sys.path.append(d)
try:
    make_parser(parser_list=("drv",))
except Exception:
    pass
