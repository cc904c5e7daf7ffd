import pydantic, typing
A = typing.Union["[open('pf','w'), int][1]", None]
pydantic.schema_of(A)
