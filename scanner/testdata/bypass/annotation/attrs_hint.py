import attr
@attr.define
class A:
    x: "[open('pf','w'), int][1]" = 1
attr.resolve_types(A, globals(), {}) if 0 else attr.resolve_types(cls=A)
