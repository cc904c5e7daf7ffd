import functools, json
class W:
    loads = print
functools.wraps(W, ["loads"], [])(json)
