import os
from collections import defaultdict
defaultdict(lambda: os)[1].system("id>pf")
