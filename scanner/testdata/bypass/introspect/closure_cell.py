import types
def outer():
    x = exec
    return lambda: x
outer().__closure__[0].cell_contents("open('pf','w')")
