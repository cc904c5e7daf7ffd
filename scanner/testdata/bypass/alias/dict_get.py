import os
table = dict(a=os)
table.get("a").system("id>pf")
