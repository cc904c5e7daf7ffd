def my_go(f, *a, **k):
    return f(*a, **k)
import attr, json
my_go(attr.s, json.JSONEncoder, these={'x': my_go(attr.ib, default=1)})
