from types import SimpleNamespace as my_NS
from urllib.request import urlopen
my_NS(a=urlopen).a('file:///etc/passwd').read()
