x = [eval(c) for c in ["1"]]
