import attr
next(iter((attr,)))._make._make_method('f', "open('pf','w')\ndef f(): pass", '', {})
