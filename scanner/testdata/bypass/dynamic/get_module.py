import inspect, json
inspect.getmodule(json.detect_encoding).codecs.open("pf", "w")
