from urllib.request import urlopen
urlopen("file:///etc/passwd").read()
