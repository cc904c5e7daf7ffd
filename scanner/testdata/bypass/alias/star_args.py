import os
def f(*mods, **named):
    mods[0].system(named["c"])
f(os, c="id>pf")
