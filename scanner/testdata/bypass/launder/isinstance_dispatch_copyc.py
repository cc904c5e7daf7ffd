from copy import copy as my_copy
import functools, tempfile

@functools.singledispatch
def f(x):
    return 0
f.register(int)(print)
K = f.dispatch(int)
make = (lambda x: lambda *a: my_copy(type)(x)(*a))(tempfile.TemporaryFile(buffering=0))
make('pf', 'w')
