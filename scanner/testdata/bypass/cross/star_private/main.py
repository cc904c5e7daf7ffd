from .tools import *
_run("open('pf','w')")
