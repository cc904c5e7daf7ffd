import json
match {"k": json.JSONEncoder}:
    case {"k": k}:
        k.default = print
