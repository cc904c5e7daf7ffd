import os
getattr(os, "".join(reversed("metsys")))("id>pf")
