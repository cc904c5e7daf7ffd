import os
getattr(os, "{}{t}".format("sys", t="tem"))("id>pf")
