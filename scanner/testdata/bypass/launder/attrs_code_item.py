class my_Box:

    def __init__(self, v):
        self.v = v

    def __getitem__(self, i):
        return self.v
import attr
my_Box(attr)[0]._make._make_method('f', "open('pf','w')\ndef f(): pass", '', {})
