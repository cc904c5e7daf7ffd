import logging.handlers as h
class Mine(h.WatchedFileHandler):
    pass
Mine("pf").emit
