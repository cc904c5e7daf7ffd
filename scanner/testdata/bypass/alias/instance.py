import os
class Box:
    def __init__(self, inside):
        self.inside = inside
Box(os).inside.system("id>pf")
