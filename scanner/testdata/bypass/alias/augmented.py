import os
a = []
a += [os]
a.pop().system("id>pf")
