class my_Box:

    def __init__(self, v):
        self.v = v

    def __call__(self):
        return self.v
import six
my_Box(six)().exec_("open('pf','w')")
