import attr, json
attr.s(json.JSONEncoder, these={"x": attr.ib(default=1)})
