import os, json
os, json = json, os
json.system("id>pf")
