import sqlite3
sqlite3.register_converter("code", eval)
db = sqlite3.connect(":memory:", detect_types=1)
db.execute("create table t(a code)")
db.execute("insert into t values ('open(''pf'',''w'')')")
db.execute("select a from t").fetchall()
