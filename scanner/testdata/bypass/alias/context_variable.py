import os
from contextvars import ContextVar
v = ContextVar("v", default=os)
v.get().system("id>pf")
