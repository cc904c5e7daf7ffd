import json
a, (json.loads, *b) = 1, [print, 2]
