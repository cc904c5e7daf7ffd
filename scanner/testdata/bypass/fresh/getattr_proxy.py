import os
class Proxy:
    def __init__(self, of): self.of = of
    def __getattr__(self, name): return getattr(self.of, name)
Proxy(os).system("touch pf")
