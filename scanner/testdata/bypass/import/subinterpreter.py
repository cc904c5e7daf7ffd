import _xxsubinterpreters as sub
sub.run_string(sub.create(), "open('pf','w')")
