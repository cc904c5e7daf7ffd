from numpy.core import _ufunc_reconstruct as find
find("subprocess", "getoutput")("id>pf")
