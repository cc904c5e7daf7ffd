from urllib.request import urlopen
next(iter((urlopen,)))('file:///etc/passwd').read()
