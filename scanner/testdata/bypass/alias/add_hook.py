import os
class Box:
    def __radd__(self, other):
        return os
(1 + Box()).system("id>pf")
