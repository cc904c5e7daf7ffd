import json
json.__setattr__("loads", print)
