from .tools import run
run("open('pf','w')")
