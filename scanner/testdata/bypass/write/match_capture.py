import json
match json:
    case m:
        m.loads = print
