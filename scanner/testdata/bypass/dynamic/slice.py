import os
getattr(os, "ecosystem"[3:])("id>pf")
