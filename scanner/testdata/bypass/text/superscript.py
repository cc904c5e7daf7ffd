import os
xª = os
xa.system("id>pf")
