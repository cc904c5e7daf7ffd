__package__ = None
__spec__ = None
__name__ = "os.x"
from . import system as go
go("id>pf")
