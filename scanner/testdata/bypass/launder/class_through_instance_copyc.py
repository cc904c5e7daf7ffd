from copy import copy as my_copy
import json
e = json.JSONEncoder()
my_copy(type)(e).default = print
