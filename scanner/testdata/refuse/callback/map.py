import os
list(map(os.system, ["id"]))
