import pandas as pd, tempfile, numpy, sys
d = tempfile.mkdtemp()
numpy.savetxt(d + "/evil.py", [], header="open('pf','w')\nplot = print", comments="")
sys.path += [d]
pd.set_option("plotting.backend", "evil")
