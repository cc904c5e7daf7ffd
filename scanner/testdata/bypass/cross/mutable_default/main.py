from .store import put, get
import logging
put(logging)
get().os.system("id>pf")
