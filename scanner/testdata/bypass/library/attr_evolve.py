import attr, json
attr.validators.__class__
class C:
    pass
C.__attrs_attrs__ = ()
object.__setattr__(json, "loads", attr)
