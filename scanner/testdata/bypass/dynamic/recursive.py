import logging
def walk(o, names):
    return walk(getattr(o, names[0]), names[1:]) if names else o
walk(logging, ["os", "system"])("id>pf")
