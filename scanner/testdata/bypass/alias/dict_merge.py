import os
table = {**{"a": os}, "b": 1} | {}
table.pop("a").system("id>pf")
