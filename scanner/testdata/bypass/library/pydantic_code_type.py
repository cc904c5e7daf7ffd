from pydantic.class_validators import FunctionType
def f():
    return open("pf", "w")
def g():
    return 0
g.__code__
FunctionType(f.__code__, {})()
