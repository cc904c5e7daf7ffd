import shutil
class P:
    def __init__(self, m):
        self.m = m
    def __getattr__(self, n):
        return getattr(self.m, n)
P(shutil).posix.system("id>pf")
