from _operator import attrgetter as a
import os
a("system")(os)("id>pf")
