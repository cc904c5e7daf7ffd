from .box import Box
Box().inside.inside.system("id>pf")
