def give(f):
    return exec
@give
def clean(text):
    return text
clean("open('pf','w')")
