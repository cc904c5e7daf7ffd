import random
class H:
    def __hash__(self):
        return random._os.system("id>pf")
{H()}
