import os
mod: object = os
mod.system("id>pf")
