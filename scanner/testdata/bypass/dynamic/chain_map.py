import os
from collections import ChainMap
ChainMap({}, os.__dict__)["system"]("id>pf")
