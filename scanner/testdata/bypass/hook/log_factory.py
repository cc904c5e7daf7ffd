import logging
logging.setLogRecordFactory(lambda *a, **k: exec("open('pf','w')") or logging.LogRecord(*a, **k))
logging.warning("x")
