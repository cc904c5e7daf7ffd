from unittest.mock import patch
@patch("json.loads")
def f(m):
    import json
    json.JSONEncoder.default = m
f()
