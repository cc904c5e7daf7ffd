from builtins import *
exec("open('pf','w')")
