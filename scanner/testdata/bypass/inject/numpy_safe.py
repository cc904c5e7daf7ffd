import numpy as np
np.array([1]).astype("O").reshape(1)
np.rec.fromrecords([(1,)], names="a")
np.vectorize(lambda t, r=eval: r(t))(np.array(["open('pf','w')"]))
