import os
getattr(os, "sys" + chr(116) + "em", print)("id>pf")
