import os
from . import helper
helper.backend = os
helper.save("id>pf")
