import tempfile

def again(x, *a):
    return x.__class__(*a)
my_t = again
my_t(tempfile.TemporaryFile(buffering=0), 'pf', 'w')
