import gzip
def read(p):
    with gzip.open(p) as f:
        return f.read()
