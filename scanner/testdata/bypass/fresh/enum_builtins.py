import enum
enum.bltns.open("pf", "w")
