import os
getattr(os, u"sys" r"te" f"{'m'}")("id>pf")
