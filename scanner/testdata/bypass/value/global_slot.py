import tempfile
backend = None
def use(b):
    global backend
    backend = b
use(tempfile)
backend._io.open("pf", "w")
