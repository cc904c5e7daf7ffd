def relay(target, args):
    return target(*args)
