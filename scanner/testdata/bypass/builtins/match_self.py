match len:
    case object(__self__=b):
        b.open("pf", "w")
