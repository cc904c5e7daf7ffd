from urllib.request import Request, urlopen
r = Request("file:/etc/passwd")
urlopen(r).read()
