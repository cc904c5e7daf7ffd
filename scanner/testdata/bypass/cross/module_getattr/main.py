from . import lazy
lazy.system("id>pf")
