class my_H:
    import pydantic, typing
A = my_H.typing.Union["[open('pf','w'), int][1]", None]
my_H.pydantic.schema_of(A)
