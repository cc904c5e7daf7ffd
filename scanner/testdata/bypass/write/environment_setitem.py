import os, operator, json
operator.setitem(json.__dict__, "loads", os.environ)
