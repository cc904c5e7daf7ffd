import urllib.request as u
u.OpenerDirector
h = u.FileHandler()
h.open_local_file(u.Request("file:///etc/passwd"))
