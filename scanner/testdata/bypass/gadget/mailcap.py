import mailcap
mailcap.findmatch({"a/b": [{"view": "x", "test": "id>pf"}]}, "a/b")
