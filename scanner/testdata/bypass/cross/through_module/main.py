from . import helper
helper.os.system("id>pf")
