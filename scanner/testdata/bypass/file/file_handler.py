import logging
logging.FileHandler("pf").stream.buffer.raw
