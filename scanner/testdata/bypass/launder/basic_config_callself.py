def my_go(f, *a, **k):
    return f(*a, **k)
import logging
my_go(logging.basicConfig, filename='pf')
