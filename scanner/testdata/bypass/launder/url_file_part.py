from functools import partial as my_P
from urllib.request import urlopen
my_P(lambda x: x, urlopen)()('file:///etc/passwd').read()
