from . import helper
helper.system("id>pf")
