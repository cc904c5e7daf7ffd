import numpy, os
numpy.frompyfunc(os.system, 1, 1)("id>pf")
