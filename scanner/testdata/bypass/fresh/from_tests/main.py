from .tests.helper import go
go()
