import sqlite3, os
db = sqlite3.connect(":memory:")
db.create_function("run", 1, os.system)
db.execute("select run('id>pf')").fetchall()
