from typing import NamedTuple
import tempfile
class N(NamedTuple):
    m: object = tempfile
N().m._io.open("pf", "w")
