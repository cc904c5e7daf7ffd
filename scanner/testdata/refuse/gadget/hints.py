import typing
class A:
    x: "print(1)"
typing.get_type_hints(A)
