import dotted_absolute.deep.tools as t
t.machine.system("id>pf")
