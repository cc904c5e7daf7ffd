import logging
FIELD = "0.os.system"
ROOT = logging
