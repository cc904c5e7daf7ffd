open: int
open("pf", "w")
