from .streams import Raw
Raw("pf", "w")
