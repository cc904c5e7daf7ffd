import json
def outer():
    def inner(f):
        json.dumps = f
    return inner
outer()(len)
