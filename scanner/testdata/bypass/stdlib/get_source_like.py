import inspect, linecache
linecache.cache["x"] = (1, None, ["open('pf','w')"], "x")
exec("".join(linecache.getlines("x")))
