import json
class Reader:
    def __init__(self): self.json = json
r = Reader()
r.json.loads = print
