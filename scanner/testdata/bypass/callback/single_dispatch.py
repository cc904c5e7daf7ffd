import functools, os
f = functools.singledispatch(os.system)
f("id>pf")
