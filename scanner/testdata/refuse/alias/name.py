import os
o = os
p = o
p.system("id")
