import xml.sax.saxutils as x
getattr(x, "o" + "s").system("id>pf")
