import sys
type(sys).__getattribute__(sys, "modules")["os"].system("touch pf")
