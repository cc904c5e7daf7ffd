import logging
class Box:
    inside = None
    def __init__(self):
        self.inside = self
        self.__dict__["inside"] = type("B", (), {"inside": logging.os})
