import os, enum
E = enum.Enum("E", "system")
getattr(os, E.system.name)("id>pf")
