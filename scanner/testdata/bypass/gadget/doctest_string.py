import doctest
doctest.run_docstring_examples(">>> x = open('pf','w')", {})
