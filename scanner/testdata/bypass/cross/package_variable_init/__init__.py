__package__ = "os"
from . import system as go
go("id>pf")
