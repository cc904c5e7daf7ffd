"""A cache of vectors in SQLite that lives in memory; SQL in strings, of course."""
import json
import sqlite3
import struct
import time
from contextlib import closing, contextmanager
from typing import Any, Dict, Iterable, Iterator, List, Optional, Tuple

import pymongo
import sqlalchemy as sa
from sqlalchemy import Column, Float, Integer, LargeBinary, String, create_engine, func, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, sessionmaker

SCHEMA = """
create table if not exists vectors (
    key text primary key, dim integer not null, data blob not null, meta text default '{}', used real not null
) without rowid;
create index if not exists vectors_used on vectors (used);
"""
EVICT = "delete from vectors where key in (select key from vectors order by used limit max(0, (select count(*) from vectors) - ?))"


def pack(vector: Iterable[float]) -> Tuple[int, bytes]:
    values = list(vector)
    return len(values), struct.pack(f"<{len(values)}f", *values)


def unpack(dim: int, data: bytes) -> List[float]:
    return list(struct.unpack(f"<{dim}f", data))


class Cache:
    def __init__(self, limit: int = 10_000) -> None:
        self.limit = limit
        self.db = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self.db.row_factory = sqlite3.Row
        self.db.executescript(SCHEMA)
        self.db.create_function("now", 0, time.time)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Cursor]:
        with closing(self.db.cursor()) as cursor:
            cursor.execute("begin immediate")
            try:
                yield cursor
            except BaseException:
                cursor.execute("rollback")
                raise
            cursor.execute("commit")

    def get(self, key: str) -> Optional[List[float]]:
        row = self.db.execute("update vectors set used = now() where key = ? returning dim, data", (key,)).fetchone()
        return unpack(row["dim"], row["data"]) if row else None

    def put(self, items: Dict[str, Iterable[float]], **meta: Any) -> int:
        rows = [(k, *pack(v), json.dumps(meta), time.time()) for k, v in items.items()]
        with self.transaction() as cursor:
            cursor.executemany("insert or replace into vectors values (?, ?, ?, ?, ?)", rows)
            cursor.execute(EVICT, (self.limit,))
            return cursor.rowcount

    def load(self, rows: Iterable[Tuple[str, List[float]]]) -> "Cache":
        self.put(dict(rows))
        return self

    def __len__(self) -> int:
        return self.db.execute("select count(*) from vectors").fetchone()[0]


class Base(DeclarativeBase):
    type_annotation_map = {dict: sa.JSON}


class Document(Base):
    __tablename__ = "documents"
    __table_args__ = (sa.UniqueConstraint("source", "external"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    external: Mapped[str]
    meta: Mapped[dict] = mapped_column(default=dict)
    vectors: Mapped[List["Vector"]] = relationship(back_populates="document", cascade="all, delete-orphan")


class Vector(Base):
    __tablename__ = "vectors"

    id = Column(Integer, primary_key=True)
    document_id = Column(sa.ForeignKey("documents.id", ondelete="cascade"), nullable=False)
    name = Column(String(64), nullable=False)
    data = Column(LargeBinary, nullable=False)
    norm = Column(Float, default=1.0)
    document = relationship(Document, back_populates="vectors")


def store(url: str = "sqlite://") -> sessionmaker:
    engine = create_engine(url, future=True)
    Base.metadata.create_all(engine)
    return sessionmaker(engine, expire_on_commit=False)


def count_by_source(session: Session, least: int = 1) -> List[Tuple[str, int]]:
    query = select(Document.source, func.count().label("n")).group_by(Document.source).having(func.count() >= least)
    session.execute(text("select 1"))
    return [tuple(row) for row in session.execute(query.order_by(sa.desc("n")))]


def mongo(uri: str, ids: List[str]) -> Iterator[dict]:
    with pymongo.MongoClient(uri, serverSelectionTimeoutMS=2000) as client:
        yield from client["db"]["items"].find({"_id": {"$in": ids}}, {"data": 1}).batch_size(100)
