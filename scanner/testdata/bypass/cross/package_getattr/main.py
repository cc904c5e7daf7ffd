from . import system
system("id>pf")
