f = len
getattr(f, "__self__").open("pf", "w")
