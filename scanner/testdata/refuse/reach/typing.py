import typing
typing.sys.modules["os"].system("id")
