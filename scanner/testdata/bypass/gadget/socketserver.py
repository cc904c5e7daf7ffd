from socketserver import UnixStreamServer as U, BaseRequestHandler as B
U("pf", B)
