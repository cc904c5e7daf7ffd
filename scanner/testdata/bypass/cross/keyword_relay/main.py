import os
from .relay import relay
relay(target=os.system, args=("id>pf",))
