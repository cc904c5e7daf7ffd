import six
(lambda **k: k['a'])(a=six).exec_("open('pf','w')")
