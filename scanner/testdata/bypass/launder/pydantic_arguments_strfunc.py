def my_s(x):
    return x
from pydantic import validate_arguments
try:

    @validate_arguments
    def f(x: my_s("open('pf','w')")):
        pass
except Exception:
    pass
