import json, functools
class W:
    pass
w = W()
w.space = {"loads": print}
class J:
    space = json.__dict__
functools.update_wrapper(J, w, (), ("space",))
