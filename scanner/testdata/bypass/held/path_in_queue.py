import collections
from pathlib import Path
q = collections.deque([Path("pf")])
with q.popleft().open("w") as f:
    f.write("x")
