import logging, glob
for m in [glob, logging]:
    m.os.system("id>pf")
