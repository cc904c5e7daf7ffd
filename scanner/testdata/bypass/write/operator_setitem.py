import json, operator
operator.setitem(vars(json), "loads", print)
