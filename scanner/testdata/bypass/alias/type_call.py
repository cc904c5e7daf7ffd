import os
type("X", (), {"m": os}).m.system("id>pf")
