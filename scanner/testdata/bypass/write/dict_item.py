import json
json.__dict__["loads"] = print
