def my_go(o, n, *a, **k):
    return getattr(o, n)(*a, **k)
from importlib.abc import SourceLoader
from types import ModuleType

class L(SourceLoader):

    def get_data(self, path):
        return b"open('pf','w')"

    def get_filename(self, name):
        return 'x.py'
my_go(L(), 'exec_module', ModuleType('x'))
