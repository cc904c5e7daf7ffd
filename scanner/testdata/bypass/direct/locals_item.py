import os
locals()["os"].system("id>pf")
