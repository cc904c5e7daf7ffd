import os
from collections import namedtuple
namedtuple("P", "x")(os).x.system("id>pf")
