import random
def pick(rng=random): rng._os.system("touch pf")
pick()
