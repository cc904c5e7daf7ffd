import operator
operator.call(exec, "open('pf','w')")
