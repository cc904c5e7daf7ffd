match 1:
    case open if False:
        pass
    case _:
        del open
        open("pf", "w")
