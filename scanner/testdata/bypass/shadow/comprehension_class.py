class M:
    open = None
    f = [open("pf", "w") for _ in range(1)]
