"""
>>> x = open('pf','w')
"""
import doctest, sys
doctest.testmod(sys.modules[__name__])
