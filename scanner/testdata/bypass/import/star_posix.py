from posix import *
system("id>pf")
