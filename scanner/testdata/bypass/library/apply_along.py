import numpy as np
np.apply_along_axis(lambda a, run=exec: run("open('pf','w')") or 0, 0, np.zeros(1))
