import os
o = os.ſystem
o("id>pf")
