import json
(lambda m, n, v: m.__setattr__(n, v))(json, "loads", 1)
