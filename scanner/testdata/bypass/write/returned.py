import json
def get():
    return json
get().loads = print
