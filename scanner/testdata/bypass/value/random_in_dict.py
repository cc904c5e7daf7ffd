import random
t = {"a": random}
t["a"]._os.system("id>pf")
