from logging.config import dictConfig as configure
configure({"version": 1, "handlers": {"h": {"class": "logging.FileHandler", "filename": "pf"}}})
