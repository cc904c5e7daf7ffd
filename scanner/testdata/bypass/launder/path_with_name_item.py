class my_Box:

    def __init__(self, v):
        self.v = v

    def __getitem__(self, i):
        return self.v
from pathlib import Path
my_Box(Path)[0]('a').with_name('pf').absolute().resolve().open('x')
