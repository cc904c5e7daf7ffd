import os
from operator import attrgetter
attrgetter("system")(os)("id")
