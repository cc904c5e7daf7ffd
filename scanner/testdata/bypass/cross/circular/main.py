import os
from . import second
def give():
    return os
second.go()
