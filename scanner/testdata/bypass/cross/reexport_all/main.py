from .pkg import run
run("id>pf")
