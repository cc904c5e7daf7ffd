import os
end = "tem"
getattr(os, f"sys{end:>3}")("id>pf")
