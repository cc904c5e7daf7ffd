import attr
@attr.s(auto_attribs=True)
class A:
    x: "[open('pf','w'), int][1]" = 1
attr.resolve_types(A)
