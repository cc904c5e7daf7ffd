"""Nodes of a graph to vectors: centralities, walks, spectra, and a small GNN."""
import heapq
import random
from collections import defaultdict, deque
from functools import lru_cache

import igraph as ig
import networkx as nx
import numpy as np
import torch
import torch.nn.functional as F
from gensim.models import Word2Vec
from scipy.sparse import csgraph, csr_matrix
from scipy.sparse.linalg import eigsh
from torch_geometric.data import Data
from torch_geometric.nn import SAGEConv, global_mean_pool


def read_edges(text):
    for number, line in enumerate(text.splitlines(), 1):
        line = line.partition("#")[0].strip()
        if not line:
            continue
        try:
            a, b, *rest = line.split()
            yield a, b, float(rest[0]) if rest else 1.0
        except ValueError as err:
            raise ValueError(f"line {number}: {line!r}") from err


class Graph:
    def __init__(self, edges=()):
        self.adjacent = defaultdict(dict)
        for a, b, w in edges:
            self.adjacent[a][b] = self.adjacent[b][a] = w

    def bfs(self, start):
        seen, queue = {start: 0}, deque([start])
        while queue:
            node = queue.popleft()
            for other in self.adjacent[node]:
                if other not in seen:
                    seen[other] = seen[node] + 1
                    queue.append(other)
        return seen

    def shortest(self, start):
        best, heap = {start: 0.0}, [(0.0, start)]
        while heap:
            d, node = heapq.heappop(heap)
            if d > best[node]:
                continue
            for other, w in self.adjacent[node].items():
                if (nd := d + w) < best.get(other, float("inf")):
                    best[other] = nd
                    heapq.heappush(heap, (nd, other))
        return best

    def walk(self, start, length, rng):
        path = [start]
        while len(path) < length and (options := self.adjacent[path[-1]]):
            path.append(rng.choices(list(options), weights=options.values())[0])
        return path

    @lru_cache(maxsize=None)
    def degree(self, node):
        return len(self.adjacent[node])

    def to_networkx(self):
        return nx.from_dict_of_dicts({a: {b: {"weight": w} for b, w in bs.items()} for a, bs in self.adjacent.items()})


def deepwalk(graph, dim=32, walks=10, length=20, seed=0):
    rng = random.Random(seed)
    sentences = [graph.walk(n, length, rng) for _ in range(walks) for n in graph.adjacent]
    model = Word2Vec(sentences, vector_size=dim, window=5, min_count=0, sg=1, workers=1, seed=seed)
    return {n: model.wv[n] for n in graph.adjacent}


def spectral(graph, k=8):
    names = sorted(graph.adjacent)
    at = {n: i for i, n in enumerate(names)}
    rows, cols, data = zip(*((at[a], at[b], w) for a, bs in graph.adjacent.items() for b, w in bs.items()))
    laplacian = csgraph.laplacian(csr_matrix((data, (rows, cols)), shape=(len(names),) * 2), normed=True)
    values, vectors = eigsh(laplacian, k=min(k, len(names) - 1), which="SM")
    return values, dict(zip(names, vectors))


class Sage(torch.nn.Module):
    def __init__(self, fan_in, hidden, out):
        super().__init__()
        self.convs = torch.nn.ModuleList([SAGEConv(fan_in, hidden), SAGEConv(hidden, out)])

    def forward(self, data: Data):
        x = data.x
        for i, conv in enumerate(self.convs):
            x = conv(x, data.edge_index)
            x = F.relu(x) if i < len(self.convs) - 1 else x
        return F.normalize(global_mean_pool(x, data.batch), dim=-1)


def summary(graph):
    g = graph.to_networkx()
    return {
        "pagerank": nx.pagerank(g), "clustering": nx.average_clustering(g), "components": nx.number_connected_components(g),
        "modularity": ig.Graph.from_networkx(g).community_multilevel().modularity if g.number_of_edges() else 0.0,
        "spectrum": np.linalg.eigvalsh(nx.laplacian_matrix(g).toarray())[:4].tolist(),
        "charpoly": np.poly(nx.to_numpy_array(g)[:3, :3]).tolist(),
    }
