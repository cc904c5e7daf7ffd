import doctest
def f():
    """
    >>> x = open('pf','w')
    """
doctest.run_docstring_examples(f, {})
