import os
from contextlib import ExitStack
with ExitStack() as s:
    s.callback(os.system, "id>pf")
