import time
sorted.__self__.__dict__["exec"]("open('pf','w')")
