import json
class Reader:
    def __init__(self): self.json = json
    def go(self): self.json.codecs.open("pf", "w")
Reader().go()
