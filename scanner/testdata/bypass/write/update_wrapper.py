import functools, json
class W:
    loads = print
functools.update_wrapper(json, W, ["loads"], [])
