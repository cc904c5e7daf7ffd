import json
self = json
object.__setattr__(self, "loads", print)
