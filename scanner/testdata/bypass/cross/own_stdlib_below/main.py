from .lib.work import go
go()
