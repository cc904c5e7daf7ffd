import mailcap, random
m = random.choice([mailcap])
m.findmatch({"a/b": [{"view": "x", "test": "id>pf"}]}, "a/b")
