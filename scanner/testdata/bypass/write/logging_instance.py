import logging, json
class Spy:
    def __set_name__(self, owner, name):
        json.loads = self
class Child(json.JSONDecoder):
    spy = Spy()
