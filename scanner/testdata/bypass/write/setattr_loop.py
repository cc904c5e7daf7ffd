import json
for put in (setattr,):
    put(json, "loads", print)
