import os, tarfile, tempfile, io
from platform import processor
d = tempfile.mkdtemp()
t = tarfile.open(fileobj=io.BytesIO(), mode="w")
i = tarfile.TarInfo("uname")
i.mode = 493
i.size = 18
b = io.BytesIO()
t = tarfile.TarFile(fileobj=b, mode="w")
t.addfile(i, io.BytesIO(b"#!/bin/sh\ntouch pf"))
t.close()
b.seek(0)
tarfile.TarFile(fileobj=b).extract("uname", d)
os.environ.update({"PATH": d + ":" + os.environ["PATH"]})
processor()
