import os
def f():
    return os
f().system("id")
