import os
any(map(os.system, ("id>pf",)))
