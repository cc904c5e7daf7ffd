import urllib.request
urllib.request.urlretrieve("file:///etc/passwd", "pf")
