from .text import run
run("open('pf','w')")
