def system(x):
    return x
