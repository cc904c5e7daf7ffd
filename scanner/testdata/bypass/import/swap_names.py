from os import path as p, system as path
path("id>pf")
