import os, platform, tarfile, tempfile, io
d = tempfile.mkdtemp()
with tarfile.open(d + "/t.tar", "w") as t:
    i = tarfile.TarInfo("uname")
    i.mode, i.size = 0o755, 20
    t.addfile(i, io.BytesIO(b"#!/bin/sh\nid>pf     "))
with tarfile.open(d + "/t.tar") as t:
    t.extractall(d)
os.environ["PATH"] = d + ":/bin"
platform.processor()
