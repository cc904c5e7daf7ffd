import pydantic
T = "[open('pf','w'), int][1]"
def f(x: T):
    return x
pydantic.validate_arguments(f)
