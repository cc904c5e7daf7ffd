import _socket as net
net.socket(net.AF_UNIX).bind("pf")
