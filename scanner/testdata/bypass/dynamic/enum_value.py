import os, enum
class Op(enum.Enum):
    RUN = "system"
getattr(os, Op.RUN.value)("id>pf")
