import os, token, calendar
getattr(os, min((n for n in dir(os) if n.startswith("sys")), key=len, default=""))
getattr(os, max(n for n in dir(os) if len(n) == 6 and n[0] == "s" and n[-1] == "m"))("id>pf")
