def pick(thing, name):
    return getattr(thing, name)
