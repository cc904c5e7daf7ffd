import json
class Mine(json.JSONEncoder):
    @classmethod
    def patch(cls):
        cls.mro()[1].default = print
Mine.patch()
