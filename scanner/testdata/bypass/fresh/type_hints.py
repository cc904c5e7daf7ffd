import typing
class C:
    x: "open('pf','w')"
typing.get_type_hints(C)
