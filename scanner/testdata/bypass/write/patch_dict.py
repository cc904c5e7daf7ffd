import json, unittest.mock as m
m.patch.dict("json.__dict__", {"loads": print}).start()
