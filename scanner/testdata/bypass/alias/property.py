import os
class Box:
    @property
    def tool(self):
        return os
Box().tool.system("id>pf")
