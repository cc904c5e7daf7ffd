def my_get(x):
    return x[0]
from urllib.request import urlopen
my_get([urlopen])('file:///etc/passwd').read()
