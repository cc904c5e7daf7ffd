import os
from multiprocessing.dummy import Pool
Pool(1).map(os.system, ["id>pf"])
