import os as json
json.system("id>pf")
