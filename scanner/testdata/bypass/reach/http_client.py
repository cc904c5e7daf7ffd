import http.client as c
c.socket.socket(1).bind("pf")
