import pathlib
(pathlib.Path.cwd() / "pf").write_bytes(b"")
