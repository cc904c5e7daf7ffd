def my_go(o, n, *a, **k):
    return getattr(o, n)(*a, **k)
from unittest.main import TestProgram as T

class P(T):

    def runTests(self):
        my_go(self.module, 'getoutput', 'id>pf')
P('subprocess', argv=['x'])
