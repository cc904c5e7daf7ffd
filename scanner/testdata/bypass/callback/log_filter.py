import logging
class H(logging.Handler):
    emit = staticmethod(lambda r: exec(r.msg))
logging.getLogger("a").addHandler(H())
logging.getLogger("a").error("open('pf','w')")
