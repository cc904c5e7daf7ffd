import sqlite3
db = sqlite3.connect(":memory:")
db.enable_load_extension(True)
try:
    db.load_extension("/lib/x86_64-linux-gnu/libc.so.6")
except sqlite3.Error:
    pass
db.execute("attach 'pf' as x")
db.execute("create table x.t(a)")
