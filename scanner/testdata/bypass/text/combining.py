import os
é = [os]
é[0].system("id>pf")
