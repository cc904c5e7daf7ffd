import os
a = None
b = a
a = c = b or os
c.system("id")
