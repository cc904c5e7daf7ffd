import os, unicodedata
getattr(os, unicodedata.normalize("NFKC", "ⓢⓨⓢⓣⓔⓜ"))("id>pf")
