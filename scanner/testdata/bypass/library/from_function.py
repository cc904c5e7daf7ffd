import numpy as np, os
np.fromiter(map(os.system, ["id>pf"]), int)
