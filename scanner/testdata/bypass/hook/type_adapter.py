import sqlite3
class C:
    def __conform__(self, p):
        exec("open('pf','w')")
        return 1
sqlite3.connect(":memory:").execute("select ?", (C(),))
