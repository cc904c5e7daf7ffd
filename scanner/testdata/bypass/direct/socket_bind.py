import socket
with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as s:
    s.bind("pf")
