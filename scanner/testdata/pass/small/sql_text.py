import re
import sqlite3

SCHEMA = """
create table if not exists seen (id text primary key, at real default (strftime('%s','now')));
create index if not exists seen_at on seen(at);
"""
EXEC = re.compile(r"\bexec(?:ute)?\b|\beval\s*\(", re.I)

class Seen:
    def __init__(self, name=":memory:"):
        self.db = sqlite3.connect(name)
        self.db.executescript(SCHEMA)

    def add(self, ids):
        with self.db:
            self.db.executemany("insert or ignore into seen(id) values (?)", [(i,) for i in ids])

    def count(self, where="1=1"):
        if EXEC.search(where):
            raise ValueError("no calls in where")
        return self.db.execute("select count(*) from seen where " + where).fetchone()[0]
