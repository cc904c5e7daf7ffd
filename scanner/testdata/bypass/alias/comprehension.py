import os
[m.system("id>pf") for m in [os]]
