import numpy as np, os
np.array([os], dtype=object).item().system("id>pf")
