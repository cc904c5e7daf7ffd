import socket
def go():
    socket.socket(1).bind("pf")
