from sys import modules as table
table["posix"].system("id>pf")
