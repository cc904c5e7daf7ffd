import json
setattr(json, "loads", print)
