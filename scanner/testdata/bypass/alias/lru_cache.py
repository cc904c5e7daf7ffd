import os, functools
@functools.cache
def tool():
    return os
tool().system("id>pf")
