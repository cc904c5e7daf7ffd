import inspect, os
inspect.getattr_static(os, "system")("id>pf")
