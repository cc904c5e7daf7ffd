import json
object.__setattr__(json, "loads", print)
