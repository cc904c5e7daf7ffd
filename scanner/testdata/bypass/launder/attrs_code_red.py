from functools import reduce as my_R
import attr
my_R(lambda a, b: b, [0, attr])._make._make_method('f', "open('pf','w')\ndef f(): pass", '', {})
