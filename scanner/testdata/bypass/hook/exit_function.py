import atexit
@atexit.register
def last():
    exec("open('pf','w')")
