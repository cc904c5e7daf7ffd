import duckdb
import sqlalchemy as sa
from sqlalchemy import select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

class Base(DeclarativeBase):
    pass

class Item(Base):
    __tablename__ = "items"
    __table_args__ = (sa.Index("by_code", "code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]

def top(url, n=5):
    engine = sa.create_engine(url)
    Base.metadata.create_all(engine)
    with Session(engine) as s, s.begin():
        s.add(Item(code="exec"))
        s.execute(text("update items set code = upper(code) where id = :id"), {"id": 1})
        return [i.code for i in s.scalars(select(Item).where(Item.code.like("e%")).limit(n))]

def stats(frame):
    con = duckdb.connect()
    con.register("frame", frame)
    return con.execute("select count(*), max(len(code)) from frame").fetchone()
