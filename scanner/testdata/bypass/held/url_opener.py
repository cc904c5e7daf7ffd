import urllib.request
o = urllib.request.build_opener()
o.open("fi" + "le:///etc/passwd").read()
