import json
match json:
    case object(codecs=object(builtins=b)):
        b.exec("open('pf','w')")
