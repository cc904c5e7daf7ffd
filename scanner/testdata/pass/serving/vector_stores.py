"""Nearest neighbours, here or elsewhere, behind one small interface."""
import abc
import os
import uuid
from dataclasses import dataclass
from typing import Any, ClassVar, Dict, Iterable, List, Optional, Sequence, Type

import annoy
import chromadb
import elasticsearch
import faiss
import hnswlib
import lancedb
import numpy as np
import pinecone
import pymilvus
import qdrant_client
import usearch.index
import weaviate
from qdrant_client.models import Distance, PointStruct, VectorParams
from sklearn.neighbors import NearestNeighbors


@dataclass(frozen=True)
class Hit:
    id: int
    score: float


class Index(abc.ABC):
    kinds: ClassVar[Dict[str, Type["Index"]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        Index.kinds[cls.__name__.lower()] = cls

    def __init__(self, dim: int) -> None:
        self.dim = dim

    @abc.abstractmethod
    def add(self, vectors: np.ndarray, ids: Sequence[int]) -> None: ...

    @abc.abstractmethod
    def search(self, vector: np.ndarray, k: int = 10) -> List[Hit]: ...

    @classmethod
    def make(cls, kind: str, dim: int) -> "Index":
        return cls.kinds[kind](dim)


class Flat(Index):
    def __init__(self, dim: int) -> None:
        super().__init__(dim)
        self.index = faiss.IndexIDMap2(faiss.IndexFlatIP(dim))

    def add(self, vectors, ids):
        faiss.normalize_L2(vectors)
        self.index.add_with_ids(vectors, np.asarray(ids, dtype=np.int64))

    def search(self, vector, k=10):
        scores, ids = self.index.search(vector.reshape(1, -1), k)
        return [Hit(int(i), float(s)) for i, s in zip(ids[0], scores[0]) if i >= 0]

    def save(self, path: str) -> None:
        faiss.write_index(self.index, path)

    @staticmethod
    def trained(x: np.ndarray, spec: str = "IVF64,PQ8") -> Any:
        index = faiss.index_factory(x.shape[1], spec)
        index.train(x)
        return faiss.read_index(os.devnull) if x.size == 0 else index


class Hnsw(Index):
    def __init__(self, dim: int) -> None:
        super().__init__(dim)
        self.index = hnswlib.Index(space="cosine", dim=dim)
        self.index.init_index(max_elements=10_000, ef_construction=200, M=16)
        self.index.set_ef(64)

    def add(self, vectors, ids):
        self.index.add_items(vectors, ids, num_threads=1)

    def search(self, vector, k=10):
        ids, distances = self.index.knn_query(vector, k=k)
        return [Hit(int(i), 1 - float(d)) for i, d in zip(ids[0], distances[0])]

    def load(self, path: str) -> None:
        self.index.load_index(path, max_elements=20_000)


class Remote(Index):
    def __init__(self, dim: int, url: Optional[str] = None) -> None:
        super().__init__(dim)
        self.client = qdrant_client.QdrantClient(url or os.environ.get("QDRANT_URL", ":memory:"))
        self.client.recreate_collection("items", vectors_config=VectorParams(size=dim, distance=Distance.COSINE))

    def add(self, vectors, ids):
        self.client.upsert("items", points=[PointStruct(id=i, vector=v.tolist(), payload={"uid": str(uuid.uuid4())}) for i, v in zip(ids, vectors)])

    def search(self, vector, k=10):
        return [Hit(p.id, p.score) for p in self.client.search("items", query_vector=vector.tolist(), limit=k)]


def clients() -> Iterable[Any]:
    yield chromadb.EphemeralClient().get_or_create_collection("items")
    yield elasticsearch.Elasticsearch(os.environ.get("ES_URL", "http://localhost:9200"))
    yield weaviate.connect_to_local()
    yield pinecone.Pinecone(api_key=os.environ.get("PINECONE_API_KEY", ""))
    yield pymilvus.MilvusClient(uri=os.environ.get("MILVUS_URI", ""))
    yield lancedb.connect("memory://")
    yield annoy.AnnoyIndex(8, "angular")
    yield usearch.index.Index(ndim=8, metric="cos")
    yield NearestNeighbors(metric="cosine")
