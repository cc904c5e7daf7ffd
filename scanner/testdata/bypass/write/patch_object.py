import json
from unittest.mock import patch
patch.object(json, "loads", print).start()
