def my_go(o, n, *a, **k):
    return getattr(o, n)(*a, **k)
import json

class Mine(json.JSONEncoder):

    @classmethod
    def patch(cls):
        my_go(cls, 'mro')[1].default = print
my_go(Mine, 'patch')
