class os:
    pass
from os import system
system("id>pf")
