import os
__all__ = ["go"]
go = getattr(os, "".join(["sys", "tem"]))
