import json
T = type(json)
T.__dict__["__dict__"].__get__(json)["codecs"].open("pf", "w")
