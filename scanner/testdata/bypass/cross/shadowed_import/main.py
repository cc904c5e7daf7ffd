import json
from .shadow import json
json.system("id>pf")
