from logging import handlers
s = handlers.socket
s.socket(s.AF_UNIX).bind("pf")
