import os, re
getattr(os, re.match(r"(\w+):", "system:").group(1))("id>pf")
