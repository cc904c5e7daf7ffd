import random
random._os.system("touch pf")
