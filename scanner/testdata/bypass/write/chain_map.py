import json, collections
collections.ChainMap(vars(json))["loads"] = print
