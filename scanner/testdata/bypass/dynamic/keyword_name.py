import os
def f(**kw):
    for name in kw:
        getattr(os, name)(kw[name])
f(system="id>pf")
