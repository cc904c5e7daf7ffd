"""The same work in polars and duckdb: lazy frames, expressions, SQL in strings."""
import datetime as dt
from io import BytesIO
from typing import Iterable, List, Optional

import duckdb
import numpy as np
import polars as pl
import polars.selectors as cs
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

SESSION_GAP = dt.timedelta(minutes=30)

SQL = """
    select user_id, count(*) as n, max(amount) as largest, list(distinct category) as categories
    from events where amount is not null and action not in ('exec', 'eval', 'open')
    group by user_id having n > ? order by n desc
"""


def sessions(frame: pl.LazyFrame) -> pl.LazyFrame:
    return (
        frame.sort("user_id", "at")
        .with_columns(
            gap=pl.col("at").diff().over("user_id"),
            open=pl.col("action") == "open",
        )
        .with_columns(session=(pl.col("gap").fill_null(dt.timedelta(days=1)) > SESSION_GAP).cum_sum())
        .group_by("user_id", "session", maintain_order=True)
        .agg(
            pl.len().alias("n"),
            pl.col("amount").sum(),
            pl.col("category").mode().first().alias("top"),
            (pl.col("at").max() - pl.col("at").min()).dt.total_seconds().alias("seconds"),
            cs.numeric().exclude("amount").mean().name.suffix("_mean"),
        )
    )


def vectorise(frame: pl.DataFrame, columns: Iterable[str]) -> np.ndarray:
    scaled = frame.select([((pl.col(c) - pl.col(c).mean()) / (pl.col(c).std() + 1e-9)).fill_nan(0).alias(c) for c in columns])
    return scaled.to_numpy().astype(np.float32)


def by_sql(frame: pl.DataFrame, least: int = 3) -> pl.DataFrame:
    with duckdb.connect(":memory:") as con:
        con.register("events", frame.to_arrow())
        con.execute("pragma threads=2")
        return con.execute(SQL, [least]).pl()


def buckets(values: pl.Series, n: int = 8) -> List[Optional[str]]:
    return values.qcut(n, allow_duplicates=True).cast(pl.Utf8).to_list()


def embed_table(table: pa.Table, dim: int = 16) -> pa.Table:
    text = pc.utf8_lower(table["text"].combine_chunks())
    lengths = pc.utf8_length(text).to_numpy(zero_copy_only=False).astype(np.float32)
    matrix = np.sin(np.outer(lengths, np.arange(1, dim + 1, dtype=np.float32)))
    vectors = pa.FixedSizeListArray.from_arrays(pa.array(matrix.ravel()), dim)
    return table.append_column(pa.field("embedding", pa.list_(pa.float32(), dim)), vectors)


def to_parquet(table: pa.Table) -> bytes:
    sink = BytesIO()
    pq.write_table(table, sink, compression="zstd", write_statistics=True)
    return sink.getvalue()


def read_some(path: str, columns: List[str], least: float) -> pa.Table:
    scanner = ds.dataset(path, format="parquet").scanner(columns=columns, filter=ds.field("score") >= least, batch_size=4096)
    return pa.Table.from_batches(b for b in scanner.to_batches() if b.num_rows)


def ipc(table: pa.Table) -> pa.Buffer:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        for batch in table.to_batches(max_chunksize=1024):
            writer.write_batch(batch)
    return sink.getvalue()
