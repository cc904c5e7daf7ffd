import os
(a, [b, *c]), d = (1, [2, 3, os]), 4
c[-1].system("id>pf")
