import nntplib
nntplib.socket.socket(1).bind("pf")
