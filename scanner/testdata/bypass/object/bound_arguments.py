import inspect, os
inspect.signature(lambda m: 0).bind(os).arguments["m"].system("id>pf")
