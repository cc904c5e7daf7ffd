from .sub.child import go
go()
