import json
json.codecs.builtins.exec("open('pf','w')")
