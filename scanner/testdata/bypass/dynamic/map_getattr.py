import os
for f in map(getattr, [os], ["system"]):
    f("id>pf")
