import logging
try:
    logging.nothing
except AttributeError as e:
    e.obj.os.system("id>pf")
