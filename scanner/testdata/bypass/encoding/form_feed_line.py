x = 1
import sys;sys.modules["os"].system("id>pf")
