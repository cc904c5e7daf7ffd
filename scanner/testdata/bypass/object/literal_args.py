import typing, os
typing.get_args(typing.Literal[os])[0].system("id>pf")
