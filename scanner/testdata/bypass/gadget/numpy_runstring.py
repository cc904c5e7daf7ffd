from numpy.testing import runstring
runstring("open('pf','w')", {})
