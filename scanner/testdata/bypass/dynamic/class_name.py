import os
class system:
    pass
getattr(os, system.__qualname__)("id>pf")
