import os, difflib
getattr(os, difflib.get_close_matches("sistem", dir(os))[0])("id>pf")
