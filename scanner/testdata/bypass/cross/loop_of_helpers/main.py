from . import one, two
for m in (one, two):
    m.tool.system("id>pf")
