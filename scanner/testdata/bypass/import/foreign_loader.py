import json
json.__spec__.loader.set_data("pf", b"x")
