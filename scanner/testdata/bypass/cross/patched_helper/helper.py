backend = None
def save(x):
    backend.system(x)
