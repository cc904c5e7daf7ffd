table = {}
def register(name, f):
    table[name] = f
def call(name, *args):
    return table[name](*args)
