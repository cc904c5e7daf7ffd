import os
(lambda o, n: getattr(o, n))(os, "popen")("id>pf").read()
