import json
vars(json).update(loads=print)
