import json
class Mine(json.JSONEncoder):
    def __init__(self):
        super().__class__
        type(self).__mro__[1].default = print
Mine()
