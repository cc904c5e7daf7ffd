from .tools import *
go("id>pf")
