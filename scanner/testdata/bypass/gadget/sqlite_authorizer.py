import sqlite3
db = sqlite3.connect(":memory:")
db.set_authorizer(lambda *a: exec("open('pf','w')") or 0)
db.execute("select 1")
