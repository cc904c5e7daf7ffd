from sys import *
modules["os"].system("id>pf")
