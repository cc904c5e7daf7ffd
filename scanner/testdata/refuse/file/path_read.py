import pathlib
p = pathlib.Path("/etc/passwd")
print(p.read_text())
