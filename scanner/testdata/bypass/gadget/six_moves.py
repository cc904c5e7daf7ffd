from six.moves import builtins
builtins.exec("open('pf','w')")
