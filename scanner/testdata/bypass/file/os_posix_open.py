import posix
posix.open("pf", 65)
