from .same import same
import os
same(os).system("id>pf")
