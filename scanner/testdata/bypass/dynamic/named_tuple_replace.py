import os, collections
T = collections.namedtuple("T", ["name"])
getattr(os, T("system").name)("id>pf")
