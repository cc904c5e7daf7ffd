import json, functools
functools.partial(setattr, json, "loads")(print)
