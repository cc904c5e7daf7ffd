from . import go
