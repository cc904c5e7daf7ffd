import os
match os:
    case object(system=f):
        f("id")
