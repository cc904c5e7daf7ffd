class my_H:
    import json

class H:

    def __init__(self, m):
        self.m = m

    def go(self):
        self.m.loads = print
H(my_H.json).go()
