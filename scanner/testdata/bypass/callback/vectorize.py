import numpy as np, os
np.vectorize(os.system)(["id>pf"])
