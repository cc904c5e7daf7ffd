import json
[json][0].loads = print
