import inspect, logging
for name, v in inspect.getmembers_static(logging):
    if name == "os":
        v.system("id>pf")
