import os
[f for n in dir(os) for f in [getattr(os, n)] if n[::-1] == "metsys"][0]("id>pf")
