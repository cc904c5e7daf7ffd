import os
from functools import wraps
@wraps(os, assigned=("popen",), updated=())
def f():
    pass
f.popen("id>pf").read()
