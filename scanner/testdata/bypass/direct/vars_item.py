import os as tools
vars()["tools"].system("id>pf")
