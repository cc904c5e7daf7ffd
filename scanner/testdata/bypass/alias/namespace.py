import os
from types import SimpleNamespace
SimpleNamespace(t=os).t.system("id>pf")
