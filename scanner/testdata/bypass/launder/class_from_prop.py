class my_Box:

    def __init__(self, v):
        self.v = v

    @property
    def p(self):
        return self.v
from json import JSONDecoder
my_Box(JSONDecoder).p.decode = lambda self, s: None
