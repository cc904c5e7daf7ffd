def look(o, name):
    return getattr(o, name)
def f():
    pass
look(f, "__bui" + "ltins__")["open"]("pf", "w")
