import pydantic.typing
class A:
    x: "[open('pf','w'), int][1]"
pydantic.typing.get_all_type_hints(A)
