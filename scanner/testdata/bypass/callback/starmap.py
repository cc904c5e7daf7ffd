import os, itertools
list(itertools.starmap(os.system, [["id>pf"]]))
