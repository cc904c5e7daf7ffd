import os
g = getattr
g(os, "system")("id>pf")
