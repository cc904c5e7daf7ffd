def swap(thing):
    return lambda f: thing
