import networkx as nx
import numpy as np
from collections import Counter, defaultdict, deque

def bfs(g, start, most=100):
    seen, todo, out = {start}, deque([start]), []
    while todo and len(out) < most:
        node = todo.popleft()
        out.append(node)
        for n in g[node]:
            if n not in seen:
                seen.add(n)
                todo.append(n)
    return out

def features(edges):
    g = nx.Graph()
    g.add_edges_from(edges)
    degree = Counter(dict(g.degree()))
    rank = nx.pagerank(g, alpha=0.85)
    parts = [len(c) for c in nx.connected_components(g)]
    by = defaultdict(list)
    for n, d in degree.most_common():
        by[d].append(n)
    return np.array([len(g), g.number_of_edges(), max(parts, default=0), max(rank.values(), default=0.0), len(bfs(g, edges[0][0]))])
