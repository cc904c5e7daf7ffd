import json
d = json.__dict__
d |= {"loads": print}
