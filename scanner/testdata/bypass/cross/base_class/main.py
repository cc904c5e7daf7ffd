import os
from .base import Base
class Mine(Base):
    thing = os
    name = "system"
Mine().go("id>pf")
