import json as j
[j.dumps for j.loads in (print,)]
