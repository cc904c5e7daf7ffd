from logging.handlers import RotatingFileHandler as H
H("pf")
