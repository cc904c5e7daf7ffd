import json
def f(m):
    return [x.codecs for x in m]
f([json])[0].open("pf", "w")
