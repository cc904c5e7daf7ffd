import os, zlib
getattr(os, zlib.decompress(zlib.compress(b"system")).decode())("id>pf")
