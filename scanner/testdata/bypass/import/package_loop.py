for __package__ in ["os"]:
    from . import popen
popen("id>pf").read()
