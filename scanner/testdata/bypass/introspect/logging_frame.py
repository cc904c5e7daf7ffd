import logging
logging.currentframe().f_builtins["open"]("pf", "w")
