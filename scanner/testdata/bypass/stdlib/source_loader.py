from importlib.abc import SourceLoader
from types import ModuleType
class L(SourceLoader):
    def get_data(self, path):
        return b"open('pf','w')"
    def get_filename(self, name):
        return "x.py"
L().exec_module(ModuleType("x"))
