import os
loads = os.system
