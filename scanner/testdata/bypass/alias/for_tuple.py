import os
for m in (os,):
    m.system("id>pf")
