"""A batch pipeline over pandas: clean, embed, aggregate."""
from __future__ import annotations

import logging
from typing import Any, Callable

import numpy as np
import pandas as pd

from engine.plugins.extractors.pipeline import (
    PipelineDefinition,
    ResourceType,
    RowCondition,
    StepDefinition,
    build_pipeline_steps,
)
from shared.plugins.sdk import concurrent_api_calls, download_asset, open_asset, parallel_io

logger = logging.getLogger(__name__)


def clean(batch: pd.DataFrame) -> pd.DataFrame:
    text = batch["data"].astype("string").fillna("").str.normalize("NFKC")
    text = text.str.replace(r"<[^>]+>", " ", regex=True).str.replace(r"\s+", " ", regex=True).str.strip()
    batch = batch.assign(text=text, n_words=text.str.count(r"\S+"))
    kept = batch.query("n_words > 2 and text.str.len() < 20_000", engine="python")
    kept = kept.eval("density = n_words / (text.str.len() + 1)", engine="python") if len(kept) else kept
    return kept.drop_duplicates(subset="text").reset_index(drop=True)


def hashed(texts: pd.Series, dim: int = 64) -> np.ndarray:
    out = np.zeros((len(texts), dim), dtype=np.float32)
    for row, text in enumerate(texts):
        for word in text.lower().split():
            h = pd.util.hash_array(np.array([word], dtype=object))[0]
            out[row, int(h % dim)] += 1.0 if h >> np.uint64(63) else -1.0
    norms = np.linalg.norm(out, axis=1, keepdims=True)
    return np.divide(out, norms, out=out, where=norms > 0)


class EmbedStep:
    def __init__(self, dim: int = 64) -> None:
        self.dim = dim

    def __call__(self, batch: pd.DataFrame) -> pd.DataFrame:
        batch = clean(batch)
        batch["embedding"] = list(hashed(batch["text"], self.dim))
        return batch


class AggregateStep:
    def __call__(self, batch: pd.DataFrame) -> pd.DataFrame:
        grouped = batch.groupby("source", dropna=False, sort=False)
        summary = grouped.agg(n=("text", "size"), words=("n_words", "sum"), first=("text", "first"))
        summary["mean"] = grouped["embedding"].apply(lambda vectors: np.mean(np.stack(vectors.to_list()), axis=0))
        summary["share"] = summary["words"].div(summary["words"].sum()).round(4)
        wide = batch.pivot_table(index="source", columns="language", values="n_words", aggfunc="sum", fill_value=0)
        return summary.join(wide, how="left").reset_index()


@parallel_io(max_workers=8)
def read_asset(row: dict[str, Any]) -> dict[str, Any]:
    with open_asset(row["url"]) as handle:
        return {**row, "data": handle.read().decode("utf-8", "replace")}


def prepare(container: Any = None) -> None:
    logger.info("lexicon at %s", download_asset("lexicon.txt"))


def build_steps(
    extractor_request: Any, container: Any = None, base_steps: list | None = None, **kwargs: Any
) -> dict[str, list | Callable]:
    params = getattr(extractor_request, "parameters", None) or {}
    definition = PipelineDefinition(
        name="hashed_text",
        steps=[
            StepDefinition(name="embed", cls=EmbedStep, kwargs={"dim": params.get("dim", 64)}, resource=ResourceType.CPU, condition=RowCondition.NOT_NULL),
            StepDefinition(name="aggregate", cls=AggregateStep, resource=ResourceType.CPU),
        ],
    )
    steps = build_pipeline_steps(definition, container=container, base_steps=base_steps or [])
    return {"steps": steps, "prepare": prepare, "calls": concurrent_api_calls}
