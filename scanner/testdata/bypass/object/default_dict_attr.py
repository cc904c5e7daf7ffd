import collections, json
collections.UserDict(json.codecs.__dict__)["builtins"].exec("open('pf','w')")
