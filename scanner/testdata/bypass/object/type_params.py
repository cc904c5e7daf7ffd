from typing import Generic, TypeVar
import os
T = TypeVar("T")
class B(Generic[T]):
    @classmethod
    def go(cls):
        return cls.__orig_bases__
B[int].__origin__.go
TypeVar("X", bound=os.system).__bound__ if 0 else B.__class_getitem__
class C:
    def __class_getitem__(cls, x):
        return lambda c: x.system(c)
C[os]("id>pf")
